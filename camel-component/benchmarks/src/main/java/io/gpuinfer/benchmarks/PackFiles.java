package io.gpuinfer.benchmarks;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Writes the files of a pack that depend on its models: graphs without weights, and what ONNX
 * Runtime answers to the workloads.
 */
public final class PackFiles {

  private PackFiles() {}

  /** Takes the folder for the graphs and the folder for the answers; both exist. */
  public static void main(String[] args) throws IOException {
    Models.copyGraphs(Path.of(args[0]));
    Path answers = Path.of(args[1]);
    int threads = Runtime.getRuntime().availableProcessors();
    Progress progress = new Progress(System.err);
    for (BenchmarkModel model : Models.seeded(progress)) {
      try (OnnxRuntimePeer oracle = new OnnxRuntimePeer(model.file().read(), threads)) {
        for (Workload workload : model.workloads()) {
          String title = model.title(workload);
          progress.step(title);
          oracle.bind(workload.inputs());
          ExpectedAnswers.write(answers(answers, title), oracle.outputs());
        }
      }
    }
  }

  /** Where the answers to a workload lie. */
  static Path answers(Path folder, String title) {
    return folder.resolve(BenchmarkModel.fileName(title) + ".bin");
  }
}
