package io.gpuinfer.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.component.CallReport;
import io.gpuinfer.dashboard.Flow.Graph;
import io.gpuinfer.dashboard.Flow.Link;
import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.Execution;
import io.gpuinfer.engine.OverloadedException;
import io.gpuinfer.serving.ServerState;
import io.gpuinfer.tasks.TaskResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FlowReportTest {

  private final SplittableRandom random = new SplittableRandom(1);

  @Test
  void shouldLetAsMuchOutOfEachNodeAsComesIn() {
    Map<String, CallSums> models = new TreeMap<>();
    for (int i = 0; i < 20_000; i++) {
      models.merge("model@" + random.nextInt(3), CallSums.of(call()), CallSums::plus);
    }

    Flow flow = FlowReport.of(0, 1000, models);

    assertThat(flow.requests().links()).hasSizeGreaterThan(10);
    assertAddsUp(flow.requests(), 1);
    assertAddsUp(flow.time(), 1000);
    assertThat(out(flow.requests(), "requests", 1)).isEqualTo(20_000);
  }

  @Test
  void shouldTellWhereTheRequestsWent() {
    CallSums sums =
        Stream.of(
                answered(DeviceKind.GPU, false),
                answered(DeviceKind.GPU, false),
                answered(DeviceKind.HOST_CPU, true),
                failed(new OverloadedException("full", Duration.ofMillis(1))),
                failed(new DeadlineExceededException("late")),
                failed(new DeviceOfflineException("gone")))
            .map(CallSums::of)
            .reduce(CallSums.NONE, CallSums::plus);

    Flow flow = FlowReport.of(0, 1000, Map.of("m", sums));

    assertThat(flow.requests().links())
        .containsExactlyInAnyOrder(
            new Link("requests", "model:m", 6),
            new Link("model:m", "device:GPU", 2),
            new Link("model:m", "device:HOST_CPU", 1),
            new Link("model:m", "outcome:refused", 1),
            new Link("model:m", "outcome:expired", 1),
            new Link("model:m", "outcome:failed", 1));
    assertThat(sums.degraded()).isEqualTo(1);
  }

  @Test
  void shouldGiveARequestNoMoreTimeThanItTook() {
    // Lines of a page that were read side by side: their times together are longer than its own.
    Answered page =
        Answered.of(answered(DeviceKind.GPU, 10_000_000, 9_000_000, 2_000_000, 9_000_000));

    assertThat(page.micros()).isEqualTo(10_000);
    assertThat(page.queueMicros()).isBetween(4999L, 5000L);
    assertThat(page.restMicros()).isLessThan(4);
  }

  @Test
  void shouldBeEmptyWithoutRequests() {
    Flow flow = FlowReport.of(0, 1000, Map.of());

    assertThat(flow.requests().nodes()).isEmpty();
    assertThat(flow.time().links()).isEmpty();
  }

  private static void assertAddsUp(Graph graph, int parts) {
    graph.nodes().stream()
        .filter(node -> List.of("model", "device").contains(node.kind()))
        .filter(node -> out(graph, node.name(), parts) > 0)
        .forEach(
            node ->
                assertThat(out(graph, node.name(), parts))
                    .as(node.name())
                    .isEqualTo(into(graph, node.name(), parts)));
    long in =
        graph.nodes().stream()
            .filter(node -> out(graph, node.name(), parts) == 0)
            .mapToLong(node -> into(graph, node.name(), parts))
            .sum();
    assertThat(graph.nodes().get(0).kind()).isEqualTo("source");
    assertThat(in).isEqualTo(out(graph, graph.nodes().get(0).name(), parts)).isPositive();
  }

  private static long into(Graph graph, String node, int parts) {
    return graph.links().stream()
        .filter(link -> link.target().equals(node))
        .mapToLong(link -> Math.round(link.value() * parts))
        .sum();
  }

  private static long out(Graph graph, String node, int parts) {
    return graph.links().stream()
        .filter(link -> link.source().equals(node))
        .mapToLong(link -> Math.round(link.value() * parts))
        .sum();
  }

  private CallReport call() {
    return switch (random.nextInt(6)) {
      case 0 -> failed(new OverloadedException("full", Duration.ofMillis(1)));
      case 1 -> failed(new DeadlineExceededException("late"));
      case 2 -> failed(new IllegalStateException("broken"));
      default ->
          answered(
              DeviceKind.values()[random.nextInt(DeviceKind.values().length)],
              random.nextLong(50_000_000),
              random.nextLong(20_000_000),
              random.nextLong(5_000_000),
              random.nextLong(30_000_000));
    };
  }

  private static CallReport failed(Throwable failure) {
    return new CallReport("m", null, failure, 1000, false);
  }

  private static CallReport answered(DeviceKind kind, boolean fallback) {
    CallReport call = answered(kind, 5_000_000, 1_000_000, 500_000, 2_000_000);
    return new CallReport(call.model(), call.result(), null, call.nanos(), fallback);
  }

  /** The compute time has the transfers in it. */
  private static CallReport answered(
      DeviceKind kind, long nanos, long queueNanos, long transferNanos, long computeNanos) {
    DeviceInfo device = new DeviceInfo(0, "device", kind, 1, 1, 1, "driver");
    Execution execution =
        new Execution(device, 1, 1, 0, 0, 0, 1, 0, transferNanos, computeNanos, 0);
    TaskResult result =
        new TaskResult(
            "answer", "1", 1, queueNanos, computeNanos, execution, ServerState.STABLE, Map.of());
    return new CallReport("m", result, null, nanos, false);
  }
}
