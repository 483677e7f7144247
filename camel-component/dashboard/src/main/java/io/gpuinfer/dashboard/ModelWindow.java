package io.gpuinfer.dashboard;

import io.gpuinfer.component.ServedModel;
import io.gpuinfer.dashboard.Sample.Latency;
import io.gpuinfer.dashboard.Sample.ModelSample;
import io.gpuinfer.dashboard.Sample.Runs;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.ServerStatistics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What one model did in the latest seconds, made of what its servers have done since their start.
 */
final class ModelWindow {

  private static final double MICROS_PER_MILLI = 1e3;

  private final int length;
  private final Deque<Snapshot> snapshots = new ArrayDeque<>();
  private final Deque<Histogram> latencies = new ArrayDeque<>();

  private record Snapshot(long nanoTime, Map<ModelServer, ServerStatistics> servers) {}

  /**
   * What a server did in the window.
   *
   * @param nanos of the window
   * @param busyNanos that its instances were in runs
   */
  record Work(ModelServer server, long nanos, long busyNanos, Map<Integer, Long> batchSizes) {

    /** Share of their time that its instances were in runs. */
    double busyShare() {
      return nanos <= 0 ? 0 : Math.min(1, (double) busyNanos / nanos / server.instances().size());
    }
  }

  /**
   * @param length ticks that are looked back
   */
  ModelWindow(int length) {
    this.length = length;
  }

  /** Goes on by a tick. */
  void add(ServedModel model, long nanoTime, Histogram micros) {
    Map<ModelServer, ServerStatistics> servers = new IdentityHashMap<>();
    model.servers().forEach(server -> servers.put(server, server.statistics()));
    snapshots.addLast(new Snapshot(nanoTime, servers));
    if (snapshots.size() > length + 1) {
      snapshots.removeFirst();
    }
    latencies.addLast(micros);
    if (latencies.size() > length) {
      latencies.removeFirst();
    }
  }

  /**
   * What each of its servers did. One that came in the window counts from when it was seen first.
   */
  List<Work> work() {
    Snapshot last = snapshots.getLast();
    List<Work> work = new ArrayList<>();
    last.servers()
        .forEach(
            (server, now) -> {
              Snapshot first =
                  snapshots.stream()
                      .filter(snapshot -> snapshot.servers().containsKey(server))
                      .findFirst()
                      .orElse(last);
              ServerStatistics before = first.servers().get(server);
              work.add(
                  new Work(
                      server,
                      last.nanoTime() - first.nanoTime(),
                      busyNanos(now) - busyNanos(before),
                      difference(now.batchSizes(), before.batchSizes())));
            });
    return work;
  }

  /**
   * How the model did.
   *
   * @param seconds since the tick before
   */
  ModelSample sample(ServedModel model, ModelCalls.Interval calls, double seconds) {
    CallSums sums = calls.sums();
    CallSums total = calls.total();
    List<Work> work = work();
    Map<Integer, Long> sizes = new TreeMap<>();
    work.forEach(
        one -> one.batchSizes().forEach((size, runs) -> sizes.merge(size, runs, Long::sum)));
    return new ModelSample(
        model.id(),
        seconds <= 0 ? 0 : sums.ended() / seconds,
        sums.done(),
        sums.refused(),
        sums.failed(),
        sums.expired(),
        sums.degraded(),
        total.done(),
        total.refused(),
        total.failed(),
        total.expired(),
        total.degraded(),
        latency(),
        meanBatch(sizes),
        sizes.entrySet().stream().map(size -> new Runs(size.getKey(), size.getValue())).toList(),
        model.servers().stream().mapToInt(server -> server.counts().waiting()).sum(),
        model.mostUnderWay(),
        model.underWay(),
        work.stream().mapToDouble(Work::busyShare).max().orElse(0),
        model.state());
  }

  private Latency latency() {
    Histogram all = new Histogram(latencies.getLast());
    latencies.forEach(all::add);
    if (all.getTotalCount() == 0) {
      return null;
    }
    return new Latency(
        all.getTotalCount(),
        all.getValueAtPercentile(50) / MICROS_PER_MILLI,
        all.getValueAtPercentile(95) / MICROS_PER_MILLI,
        all.getValueAtPercentile(99) / MICROS_PER_MILLI,
        all.getMaxValue() / MICROS_PER_MILLI);
  }

  private static Double meanBatch(Map<Integer, Long> sizes) {
    long runs = 0;
    long rows = 0;
    for (Map.Entry<Integer, Long> size : sizes.entrySet()) {
      runs += size.getValue();
      rows += size.getKey() * size.getValue();
    }
    return runs == 0 ? null : (double) rows / runs;
  }

  private static long busyNanos(ServerStatistics statistics) {
    return statistics.inputNanos() + statistics.computeNanos() + statistics.outputNanos();
  }

  private static Map<Integer, Long> difference(Map<Integer, Long> now, Map<Integer, Long> before) {
    Map<Integer, Long> more = new TreeMap<>();
    now.forEach(
        (size, runs) -> {
          long since = runs - before.getOrDefault(size, 0L);
          if (since > 0) {
            more.put(size, since);
          }
        });
    return more;
  }
}
