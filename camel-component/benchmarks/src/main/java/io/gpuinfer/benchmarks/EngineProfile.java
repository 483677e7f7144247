package io.gpuinfer.benchmarks;

import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.PassTime;
import io.gpuinfer.engine.RunOptions;
import io.gpuinfer.engine.RunProfile;
import io.gpuinfer.engine.opencl.OpenClEngine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Shows where the time of workloads goes, pass by pass. */
public final class EngineProfile {

  private static final Path FOLDER = Path.of("camel-component", "benchmarks", "target", "profile");

  private EngineProfile() {}

  /**
   * Takes the options of {@link EngineBenchmark}; of as many runs as rounds it shows the median.
   */
  public static void main(String[] args) throws IOException {
    PrintStream results = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    EngineOptions options;
    try {
      options = EngineOptions.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    LoadedWorkloads.each(
        new OpenClEngine(),
        options,
        Models.present(new Progress(System.err)),
        (title, session, workload) ->
            show(title, median(session, workload, options.rounds()), results));
  }

  /** The run of middle length. */
  static RunProfile median(InferenceSession session, Workload workload, int rounds) {
    session.run(workload.inputs());
    List<RunProfile> profiles = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      RunProfile profile = new RunProfile();
      session.run(workload.inputs(), RunOptions.observed(profile));
      profiles.add(profile);
    }
    profiles.sort(
        Comparator.comparingLong(
            profile -> profile.passes().stream().mapToLong(PassTime::nanos).sum()));
    return profiles.get(rounds / 2);
  }

  private static void show(String title, RunProfile profile, PrintStream results)
      throws IOException {
    results.println(title);
    results.print(profile.table());
    Files.createDirectories(FOLDER);
    Path file = FOLDER.resolve(BenchmarkModel.fileName(title) + ".json");
    Path trace = Files.writeString(file, profile.trace());
    results.println("Trace for Perfetto: " + trace);
    results.println();
  }
}
