package io.gpuinfer.component;

import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.Execution;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.serving.BatchReport;
import io.gpuinfer.serving.Failure;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.Outcome;
import io.gpuinfer.serving.Refusal;
import io.gpuinfer.serving.RequestReport;
import io.gpuinfer.serving.ServerState;
import io.gpuinfer.serving.ServerStatistics;
import io.gpuinfer.serving.ServerStatistics.Placement;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** The meters of one model, by the names that {@code docs/observability.adoc} lists. */
final class ServerMeters {

  private static final String PREFIX = "gpu.infer.";
  private static final String NO_REASON = "none";

  /** Latencies outside of these are told apart no further. */
  private static final Duration SHORTEST = Duration.ofNanos(100_000);

  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final MeterRegistry registry;
  private final Tags tags;
  private final List<ModelServer> servers = new CopyOnWriteArrayList<>();
  private final List<Meter> all = new ArrayList<>();

  private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);
  private final Map<Failure, Counter> failures = new EnumMap<>(Failure.class);
  private final Map<Refusal, Counter> refusals = new EnumMap<>(Refusal.class);
  private final Map<DeviceKind, Counter> executions = new EnumMap<>(DeviceKind.class);
  private final Counter items;
  private final Counter flops;
  private final DistributionSummary batchSize;
  private final Timer request;
  private final Timer queue;
  private final Timer input;
  private final Timer compute;
  private final Timer output;

  ServerMeters(MeterRegistry registry, Tags tags) {
    this.registry = registry;
    this.tags = tags;
    for (Outcome outcome : Outcome.values()) {
      if (outcome != Outcome.FAILED) {
        outcomes.put(outcome, requests(outcome, NO_REASON));
      }
    }
    for (Failure failure : Failure.values()) {
      failures.put(failure, requests(Outcome.FAILED, tag(failure)));
    }
    for (Refusal refusal : Refusal.values()) {
      Tags reason = tags.and("reason", tag(refusal));
      refusals.put(refusal, counter("refusals", "Requests that were not admitted", reason));
    }
    for (DeviceKind kind : DeviceKind.values()) {
      Tags named = tags.and("device.kind", tag(kind));
      executions.put(kind, counter("executions", "Runs of a device", named));
    }
    items = counter("items", "Rows of inputs that were run", tags);
    flops = counter("flops", "Floating-point operations that devices ran", tags);
    batchSize =
        keep(
            DistributionSummary.builder(PREFIX + "batch.size")
                .description("Rows that shared a run")
                .baseUnit("items")
                .tags(tags)
                .register(registry));
    request =
        keep(
            Timer.builder(PREFIX + "request.duration")
                .description("From the submission of a request to its answer")
                .tags(tags)
                .publishPercentileHistogram()
                .minimumExpectedValue(SHORTEST)
                .maximumExpectedValue(LONGEST)
                .register(registry));
    queue = timer("queue.duration", "What an answered request waited");
    input = timer("input.duration", "What a run took to bring its inputs to the device");
    compute = timer("compute.duration", "What a run took for its passes");
    output = timer("output.duration", "What a run took to bring its outputs back");
    gauge("pending", "Requests that wait", sum(s -> s.counts().waiting()), tags);
    gauge("queued.work", "FLOPs that wait, where they are counted", sum(s -> s.queuedWork()), tags);
    gauge("limit", "Requests that may be in the server now", sum(s -> s.limit()), tags);
    gauge("device.share", "Share of the operators that devices ran", this::share, tags);
    memory("weights", SessionDescription::weightBytes);
    memory("arena", SessionDescription::arenaBytes);
    for (ServerState state : ServerState.values()) {
      Tags named = tags.and("state", tag(state));
      gauge("state", "1 for the state that it is in", own -> isIn(state) ? 1 : 0, named);
    }
  }

  /** A server that they are about. */
  void add(ModelServer server) {
    servers.add(server);
  }

  /**
   * A server is not there any more; the meters go with the last one.
   *
   * @return whether it was the last one
   */
  boolean remove(ModelServer server) {
    servers.remove(server);
    if (servers.isEmpty()) {
      all.forEach(registry::remove);
    }
    return servers.isEmpty();
  }

  void count(RequestReport ended) {
    Counter counter =
        ended.failure() == null ? outcomes.get(ended.outcome()) : failures.get(ended.failure());
    counter.increment();
    if (ended.outcome() == Outcome.COMPLETED) {
      request.record(ended.totalNanos(), TimeUnit.NANOSECONDS);
      queue.record(ended.queueNanos(), TimeUnit.NANOSECONDS);
    }
  }

  void count(Refusal refusal) {
    refusals.get(refusal).increment();
  }

  void count(BatchReport batch) {
    Execution execution = batch.execution();
    executions.get(execution.device().kind()).increment();
    items.increment(batch.items());
    flops.increment(execution.executedFlops());
    batchSize.record(batch.items());
    input.record(execution.inputNanos(), TimeUnit.NANOSECONDS);
    compute.record(execution.computeNanos(), TimeUnit.NANOSECONDS);
    output.record(execution.outputNanos(), TimeUnit.NANOSECONDS);
  }

  private Counter requests(Outcome outcome, String reason) {
    return counter(
        "requests",
        "Admitted requests, by how they ended",
        tags.and("outcome", tag(outcome), "reason", reason));
  }

  private Counter counter(String name, String description, Tags own) {
    return keep(
        Counter.builder(PREFIX + name).description(description).tags(own).register(registry));
  }

  private Timer timer(String name, String description) {
    return keep(
        Timer.builder(PREFIX + name).description(description).tags(tags).register(registry));
  }

  private void gauge(
      String name, String description, ToDoubleFunction<List<ModelServer>> value, Tags own) {
    keep(
        Gauge.builder(PREFIX + name, servers, value)
            .description(description)
            .tags(own)
            .strongReference(true)
            .register(registry));
  }

  private void memory(String use, ToLongFunction<SessionDescription> bytes) {
    keep(
        Gauge.builder(
                PREFIX + "memory",
                servers,
                own -> own.stream().map(ModelServer::describe).mapToLong(bytes).sum())
            .description("What an instance has of its device's memory, where it is counted")
            .baseUnit("bytes")
            .tags(tags.and("use", use))
            .strongReference(true)
            .register(registry));
  }

  private <T extends Meter> T keep(T meter) {
    all.add(meter);
    return meter;
  }

  private static ToDoubleFunction<List<ModelServer>> sum(
      ToDoubleFunction<ServerStatistics> figure) {
    return own -> own.stream().map(ModelServer::statistics).mapToDouble(figure).sum();
  }

  private double share(List<ModelServer> own) {
    double nodes = 0;
    double executed = 0;
    for (ModelServer server : own) {
      for (Placement placement : server.statistics().placement().values()) {
        nodes += placement.nodes();
        executed += placement.executedNodes();
      }
    }
    return nodes == 0 ? 1 : executed / nodes;
  }

  private boolean isIn(ServerState state) {
    return servers.stream().anyMatch(server -> server.state() == state);
  }

  private static String tag(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
