package io.gpuinfer.dashboard;

import io.gpuinfer.dashboard.Flow.Node;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Puts together where requests and their time went. */
final class FlowReport {

  private static final double MICROS_PER_MILLI = 1e3;

  private final History history;

  FlowReport(History history) {
    this.history = history;
  }

  /** The flows of so many of the latest seconds. */
  Flow of(int count) {
    List<Second> seconds = history.latest(count);
    Map<String, CallSums> models = new TreeMap<>();
    for (Second second : seconds) {
      second.calls().forEach((model, sums) -> models.merge(model, sums, CallSums::plus));
    }
    long to = seconds.isEmpty() ? 0 : seconds.get(seconds.size() - 1).sample().at();
    return of(to - seconds.size() * Sampler.INTERVAL_MILLIS, to, models);
  }

  static Flow of(long from, long to, Map<String, CallSums> models) {
    FlowGraph requests = new FlowGraph("requests", 1);
    FlowGraph time = new FlowGraph("ms", MICROS_PER_MILLI);
    models.forEach(
        (id, sums) -> {
          addRequests(requests, FlowGraph.model(id), sums);
          addTime(time, FlowGraph.model(id), sums);
        });
    return new Flow(from, to, requests.graph(), time.graph());
  }

  private static void addRequests(FlowGraph graph, Node model, CallSums sums) {
    graph.add(FlowGraph.source("requests"), model, sums.ended());
    sums.answered()
        .forEach((kind, answered) -> graph.add(model, FlowGraph.device(kind), answered.requests()));
    graph.add(model, FlowGraph.outcome("refused"), sums.refused());
    graph.add(model, FlowGraph.outcome("expired"), sums.expired());
    graph.add(model, FlowGraph.outcome("failed"), sums.failed());
  }

  private static void addTime(FlowGraph graph, Node model, CallSums sums) {
    sums.answered()
        .forEach(
            (kind, answered) -> {
              Node device = FlowGraph.device(kind);
              graph.add(FlowGraph.source("time"), model, answered.micros());
              graph.add(model, device, answered.micros());
              graph.add(device, FlowGraph.part("queue"), answered.queueMicros());
              graph.add(device, FlowGraph.part("transfer"), answered.transferMicros());
              graph.add(device, FlowGraph.part("compute"), answered.computeMicros());
              graph.add(device, FlowGraph.part("rest"), answered.restMicros());
            });
  }
}
