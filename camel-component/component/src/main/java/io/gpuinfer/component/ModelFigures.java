package io.gpuinfer.component;

import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.ServerError;
import io.gpuinfer.serving.ServerState;
import io.gpuinfer.serving.ServerStatistics;
import io.gpuinfer.serving.ServerStatistics.Placement;
import io.gpuinfer.serving.state.StateChange;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a loaded model does, in few figures. Where its task has several models, they are taken
 * together.
 *
 * @param state the worst of the models' states
 * @param since when one of them changed its state last; empty while none did
 * @param waiting requests that wait for a device
 * @param executions runs of a device
 * @param items rows that were run
 * @param p99Millis what 99 in 100 requests took at most, with the slowest of the models
 * @param deviceShare share of the operators that devices ran, from 0 to 1; 1 while nothing ran
 * @param lastError the latest; empty while there was none
 */
record ModelFigures(
    ServerState state,
    Optional<Instant> since,
    int waiting,
    long executions,
    long items,
    double p99Millis,
    double deviceShare,
    Optional<ServerError> lastError) {

  private static final double NANOS_PER_MILLI = 1e6;

  static ModelFigures of(LoadedModel model) {
    List<ModelServer> servers = model.servers();
    List<ServerStatistics> all = servers.stream().map(ModelServer::statistics).toList();
    return new ModelFigures(
        model.state(),
        latest(
                servers.stream().map(ModelServer::history),
                Comparator.comparing(StateChange::epochMillis))
            .map(change -> Instant.ofEpochMilli(change.epochMillis())),
        all.stream().mapToInt(statistics -> statistics.counts().waiting()).sum(),
        all.stream().mapToLong(ServerStatistics::executions).sum(),
        all.stream().mapToLong(ServerStatistics::items).sum(),
        all.stream().mapToLong(statistics -> statistics.latency().p99Nanos()).max().orElse(0)
            / NANOS_PER_MILLI,
        share(all.stream().flatMap(statistics -> statistics.placement().values().stream())),
        latest(
            servers.stream().map(ModelServer::errors),
            Comparator.comparing(ServerError::epochMillis)));
  }

  /** Rows that shared a run, on the average; 0 while nothing ran. */
  double meanBatch() {
    return executions == 0 ? 0 : (double) items / executions;
  }

  private static <T> Optional<T> latest(Stream<List<T>> histories, Comparator<T> byTime) {
    return histories.flatMap(List::stream).max(byTime);
  }

  private static double share(Stream<Placement> placements) {
    long nodes = 0;
    long executed = 0;
    for (Placement placement : placements.toList()) {
      nodes += placement.nodes();
      executed += placement.executedNodes();
    }
    return nodes == 0 ? 1 : (double) executed / nodes;
  }
}
