package io.gpuinfer.engine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Where the time of a run goes: collects its passes and shows them as a table, or as a trace that
 * Perfetto and Chrome open.
 *
 * <pre>{@code
 * RunProfile profile = new RunProfile();
 * session.run(inputs, RunOptions.observed(profile));
 * System.out.println(profile.table());
 * }</pre>
 */
public final class RunProfile implements Consumer<PassTime> {

  private static final int NODES_SHOWN = 3;

  private final List<PassTime> passes = new ArrayList<>();

  @Override
  public void accept(PassTime pass) {
    passes.add(pass);
  }

  public List<PassTime> passes() {
    return List.copyOf(passes);
  }

  /** A line for each pass, in the order of the run, and their sum. */
  public String table() {
    StringBuilder table = new StringBuilder();
    table.append(
        "%4s %-14s %10s %8s %9s %8s  %s%n"
            .formatted("pass", "kernel", "us", "share", "GFLOP/s", "GB/s", "nodes"));
    double all = Math.max(1, passes.stream().mapToLong(PassTime::nanos).sum());
    for (int i = 0; i < passes.size(); i++) {
      PassTime pass = passes.get(i);
      double nanos = Math.max(1, pass.nanos());
      table.append(
          String.format(
              Locale.ROOT,
              "%4d %-14s %10.1f %7.1f%% %9.2f %8.2f  %s%n",
              i,
              pass.kernel(),
              nanos / 1e3,
              100 * nanos / all,
              pass.flops() / nanos,
              pass.bytes() / nanos,
              nodes(pass)));
    }
    long flops = passes.stream().mapToLong(PassTime::flops).sum();
    return table
        .append(String.format(Locale.ROOT, "all%28.1f us %18.2f GFLOP/s%n", all / 1e3, flops / all))
        .toString();
  }

  private static String nodes(PassTime pass) {
    List<String> names = pass.origins();
    String shown = String.join(", ", names.subList(0, Math.min(NODES_SHOWN, names.size())));
    return names.size() > NODES_SHOWN
        ? shown + ", and " + (names.size() - NODES_SHOWN) + " more"
        : shown;
  }

  /** The run in the JSON of Chrome's trace events, times in microseconds from its first pass on. */
  public String trace() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      long start = passes.isEmpty() ? 0 : passes.get(0).startNanos();
      json.writeStartObject();
      json.writeStringField("displayTimeUnit", "ns");
      json.writeArrayFieldStart("traceEvents");
      for (PassTime pass : passes) {
        writeEvent(json, pass, start);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a writer in memory does not fail
    }
    return text.toString();
  }

  private static void writeEvent(JsonGenerator json, PassTime pass, long start) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", pass.kernel());
    json.writeStringField("ph", "X");
    json.writeNumberField("pid", 1);
    json.writeNumberField("tid", 1);
    json.writeNumberField("ts", (pass.startNanos() - start) / 1e3);
    json.writeNumberField("dur", pass.nanos() / 1e3);
    json.writeObjectFieldStart("args");
    json.writeNumberField("flops", pass.flops());
    json.writeNumberField("bytes", pass.bytes());
    json.writeStringField("nodes", String.join(", ", pass.origins()));
    json.writeEndObject();
    json.writeEndObject();
  }
}
