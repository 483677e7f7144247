package io.gpuinfer.component;

import io.gpuinfer.component.console.Section;
import io.gpuinfer.engine.DeviceCode;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.SessionDescription;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.ServerCounts;
import io.gpuinfer.serving.ServerError;
import io.gpuinfer.serving.ServerStatistics;
import io.gpuinfer.serving.ServerStatistics.BatchTime;
import io.gpuinfer.serving.ServerStatistics.Latency;
import io.gpuinfer.serving.ServerStatistics.Placement;
import io.gpuinfer.serving.device.InstanceStatus;
import io.gpuinfer.serving.state.StateChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Puts together what the developer console shows. Nothing in it waits for a device. */
final class ConsoleReport {

  private static final double NANOS_PER_MILLI = 1e6;

  /** Changes of the state that are shown, the latest ones. */
  private static final int CHANGES = 10;

  private final List<DeviceInfo> devices;
  private final List<LoadedModel> models;

  ConsoleReport(List<DeviceInfo> devices, List<LoadedModel> models) {
    this.devices = devices;
    this.models = models;
  }

  Section section() {
    return Section.titled("GPU Infer")
        .with("devices", devices.stream().map(ConsoleReport::device).toList())
        .with("models", models.stream().map(ConsoleReport::model).toList())
        .build();
  }

  private static Section device(DeviceInfo device) {
    return Section.titled(device.toString())
        .with("index", device.index())
        .with("name", device.name())
        .with("kind", device.kind().name())
        .with("memoryBytes", device.memoryBytes())
        .with("computeUnits", device.computeUnits())
        .with("driver", device.driver())
        .build();
  }

  private static Section model(LoadedModel model) {
    return Section.titled(
            "%s version %s (%s): %s"
                .formatted(model.key().model(), model.version(), model.type(), model.state()))
        .with("model", model.key().model())
        .with("version", model.version())
        .with("task", model.type().name())
        .with("deviceOption", model.key().device())
        .with("state", model.state().name())
        .with("underWay", model.admission().underWay())
        .with("drill", model.drill().isActive())
        .with("servers", model.servers().stream().map(ConsoleReport::server).toList())
        .build();
  }

  private static Section server(ModelServer server) {
    SessionDescription session = server.describe();
    ServerStatistics statistics = server.statistics();
    return Section.titled(
            "%s on %s: %s".formatted(server.name(), session.device().name(), server.state()))
        .with("name", server.name())
        .with("version", server.version())
        .with("state", server.state().name())
        .with("engine", session.engine())
        .with("device", session.device().name())
        .with("weightBytes", session.weightBytes())
        .with("arenaBytes", session.arenaBytes())
        .with("requests", requests(statistics))
        .with("queue", queue(statistics))
        .with("batches", batches(statistics))
        .with("latency", latency(statistics.latency()))
        .with("times", times(statistics))
        .with("placement", placement(statistics))
        .with("code", server.code().stream().map(ConsoleReport::code).toList())
        .with("instances", server.instances().stream().map(ConsoleReport::instance).toList())
        .with("history", latest(server.history()).stream().map(ConsoleReport::change).toList())
        .with("errors", server.errors().stream().map(ConsoleReport::error).toList())
        .build();
  }

  private static Section requests(ServerStatistics statistics) {
    ServerCounts counts = statistics.counts();
    return Section.titled("requests")
        .with("admitted", counts.admitted())
        .with("completed", counts.completed())
        .with("failed", counts.failed())
        .with("expired", counts.expired())
        .with("cancelled", counts.cancelled())
        .with("rejected", counts.rejected())
        .with("failures", statistics.failures())
        .with("refusals", statistics.refusals())
        .build();
  }

  private static Section queue(ServerStatistics statistics) {
    return Section.titled("queue")
        .with("waiting", statistics.counts().waiting())
        .with("queuedWork", statistics.queuedWork())
        .with("limit", statistics.limit())
        .build();
  }

  private static Section batches(ServerStatistics statistics) {
    long executions = statistics.executions();
    BatchTime time = statistics.batchTime();
    return Section.titled("batches")
        .with("executions", executions)
        .with("items", statistics.items())
        .with("meanBatch", executions == 0 ? 0.0 : (double) statistics.items() / executions)
        .with("nanosPerWork", time.nanosPerWork())
        .with("millisPerBatch", time.nanosPerBatch() / NANOS_PER_MILLI)
        .build();
  }

  private static Section latency(Latency latency) {
    return Section.titled("latency")
        .with("count", latency.count())
        .with("p50Millis", millis(latency.p50Nanos()))
        .with("p90Millis", millis(latency.p90Nanos()))
        .with("p95Millis", millis(latency.p95Nanos()))
        .with("p99Millis", millis(latency.p99Nanos()))
        .with("maxMillis", millis(latency.maxNanos()))
        .build();
  }

  private static Section times(ServerStatistics statistics) {
    return Section.titled("times, summed up")
        .with("queueMillis", millis(statistics.queueNanos()))
        .with("inputMillis", millis(statistics.inputNanos()))
        .with("computeMillis", millis(statistics.computeNanos()))
        .with("outputMillis", millis(statistics.outputNanos()))
        .build();
  }

  private static List<Section> placement(ServerStatistics statistics) {
    double whole =
        Math.max(1, statistics.placement().values().stream().mapToLong(Placement::nanos).sum());
    List<Section> sections = new ArrayList<>();
    statistics
        .placement()
        .forEach(
            (device, placed) ->
                sections.add(
                    Section.titled(device)
                        .with("device", device)
                        .with("operatorShare", share(placed.executedNodes(), placed.nodes()))
                        .with("flopShare", share(placed.executedFlops(), placed.flops()))
                        .with("timeShare", placed.nanos() / whole)
                        .with("operators", placed.executedNodes())
                        .with("flops", placed.executedFlops())
                        .with("millis", millis(placed.nanos()))
                        .build()));
    return sections;
  }

  private static Section code(DeviceCode code) {
    return Section.titled("made from the kernel's bytecode")
        .with("conversionMillis", millis(code.nanos()))
        .with("source", code.source())
        .build();
  }

  private static Section instance(InstanceStatus instance) {
    return Section.titled("[%d] on %s".formatted(instance.index(), instance.device().name()))
        .with("index", instance.index())
        .with("device", instance.device().name())
        .with("phase", instance.phase().name())
        .with("batches", instance.batches())
        .with("failures", instance.failures())
        .with("hungCalls", instance.hungCalls())
        .with("lastError", instance.lastError())
        .build();
  }

  private static Section change(StateChange change) {
    return Section.titled("%s -> %s".formatted(change.from(), change.to()))
        .with("at", at(change.epochMillis()))
        .with("from", change.from().name())
        .with("to", change.to().name())
        .with("event", change.event().name())
        .with("reason", change.reason())
        .build();
  }

  private static Section error(ServerError error) {
    return Section.titled(at(error.epochMillis()))
        .with("at", at(error.epochMillis()))
        .with("message", error.message())
        .build();
  }

  private static List<StateChange> latest(List<StateChange> history) {
    return history.subList(Math.max(0, history.size() - CHANGES), history.size());
  }

  /** What had nothing to run ran all of it where it should. */
  private static double share(long part, long whole) {
    return whole == 0 ? 1 : (double) part / whole;
  }

  private static double millis(long nanos) {
    return nanos / NANOS_PER_MILLI;
  }

  private static String at(long epochMillis) {
    return Instant.ofEpochMilli(epochMillis).toString();
  }
}
