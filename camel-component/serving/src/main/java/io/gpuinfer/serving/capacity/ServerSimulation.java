package io.gpuinfer.serving.capacity;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Serves a workload on a clock of its own, by the rule of the server: a device with nothing to do
 * takes what waits at once, and one that gets free takes the kind of the oldest request, up to the
 * largest batch. No formula is known for the latencies of such a queue once batches are bounded and
 * kinds do not mix, so they are counted. The same seed gives the same forecast.
 *
 * <p>Several models on a device run one after the other, in the order in which their batches were
 * put together.
 */
final class ServerSimulation {

  /** Share of the requests that only bring the queue to its usual length. */
  private static final double WARM_UP = 0.1;

  /** Where more arrives than is served, arrivals end it instead. */
  private static final int MOST_ARRIVALS_PER_REQUEST = 4;

  private static final double NANOS_PER_SECOND = 1e9;

  private final Random random;
  private final List<Server> servers = new ArrayList<>();

  /** When each device will have run all batches that were put together so far. */
  private final double[] freeAt;

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingDouble(Event::at).thenComparingLong(Event::order));

  private double now;
  private long order;
  private long arrivals;
  private long answered;
  private double busyNanos;
  private double overheadNanos;
  private boolean settled;
  private double settledAt;

  ServerSimulation(List<Demand> demands, int devices, long seed) {
    random = new Random(seed);
    freeAt = new double[devices];
    demands.forEach(demand -> servers.add(new Server(demand)));
  }

  /**
   * Runs until so many requests were answered.
   *
   * @param requests the more, the surer the slowest of them are
   */
  Forecast run(int requests) {
    servers.forEach(Server::start);
    long mostArrivals = (long) MOST_ARRIVALS_PER_REQUEST * requests;
    while (answered < requests && arrivals < mostArrivals) {
      if (!settled && answered >= WARM_UP * requests) {
        settle();
      }
      Event event = events.remove();
      now = event.at();
      event.action().run();
    }
    double nanos = now - settledAt;
    return new Forecast(
        freeAt.length,
        Math.min(1, busyNanos / (nanos * freeAt.length)),
        busyNanos == 0 ? 0 : overheadNanos / busyNanos,
        servers.stream().map(server -> server.forecast(nanos)).toList());
  }

  private void settle() {
    settled = true;
    settledAt = now;
    busyNanos = 0;
    overheadNanos = 0;
    servers.forEach(Server::forget);
  }

  private void at(double time, Runnable action) {
    events.add(new Event(time, order++, action));
  }

  private record Event(double at, long order, Runnable action) {}

  private record Request(double at, long order) {}

  /** One model: what waits for it, and its instances on all devices. */
  private final class Server {

    private final Demand demand;
    private final ModelCost cost;
    private final double[] shareUpTo;
    private final List<ArrayDeque<Request>> waiting = new ArrayList<>();
    private final int[] idle = new int[freeAt.length];
    private double[] latencies = new double[1024];
    private int count;
    private long batches;

    Server(Demand demand) {
      this.demand = demand;
      this.cost = demand.model();
      this.shareUpTo = new double[cost.kinds().size()];
      double sum = 0;
      for (int kind = 0; kind < shareUpTo.length; kind++) {
        sum += cost.kinds().get(kind).share();
        shareUpTo[kind] = sum;
        waiting.add(new ArrayDeque<>());
      }
      Arrays.fill(idle, cost.instances());
    }

    void start() {
      if (demand.isOpenLoop()) {
        scheduleArrival();
        return;
      }
      for (int caller = 0; caller < demand.concurrency(); caller++) {
        at(now, this::arrive);
      }
    }

    void forget() {
      count = 0;
      batches = 0;
    }

    ModelForecast forecast(double nanos) {
      double[] sorted = Arrays.copyOf(latencies, count);
      Arrays.sort(sorted);
      return new ModelForecast(
          cost.name(),
          count / nanos * NANOS_PER_SECOND,
          batches == 0 ? 0 : (double) count / batches,
          new LatencyForecast(
              Arrays.stream(sorted).average().orElse(0),
              quantile(sorted, 0.5),
              quantile(sorted, 0.9),
              quantile(sorted, 0.99)));
    }

    private void scheduleArrival() {
      double mean = NANOS_PER_SECOND / demand.itemsPerSecond();
      at(
          now - mean * Math.log(1 - random.nextDouble()),
          () -> {
            scheduleArrival();
            arrive();
          });
    }

    private void arrive() {
      arrivals++;
      waiting.get(randomKind()).add(new Request(now, arrivals));
      dispatch();
    }

    private int randomKind() {
      double point = random.nextDouble() * shareUpTo[shareUpTo.length - 1];
      int kind = 0;
      while (point >= shareUpTo[kind]) {
        kind++;
      }
      return kind;
    }

    private void dispatch() {
      for (int device = idleDevice(); device >= 0; device = idleDevice()) {
        int kind = oldestKind();
        if (kind < 0) {
          return;
        }
        run(device, kind);
      }
    }

    /** Of the devices with an idle instance, the one that is free first; −1 when there is none. */
    private int idleDevice() {
      int best = -1;
      for (int device = 0; device < idle.length; device++) {
        if (idle[device] > 0 && (best < 0 || freeAt[device] < freeAt[best])) {
          best = device;
        }
      }
      return best;
    }

    private int oldestKind() {
      int oldest = -1;
      for (int kind = 0; kind < waiting.size(); kind++) {
        Request head = waiting.get(kind).peek();
        if (head != null && (oldest < 0 || head.order() < waiting.get(oldest).element().order())) {
          oldest = kind;
        }
      }
      return oldest;
    }

    private void run(int device, int kind) {
      ArrayDeque<Request> line = waiting.get(kind);
      double[] submitted = new double[Math.min(line.size(), cost.maxBatchSize())];
      for (int i = 0; i < submitted.length; i++) {
        submitted[i] = line.remove().at();
      }
      double nanos = cost.kinds().get(kind).nanos() * submitted.length;
      List<Double> ratios = cost.scatter().at(nanos + cost.nanosPerBatch()).ratios();
      double ratio = ratios.get(ratios.size() == 1 ? 0 : random.nextInt(ratios.size()));
      double overhead = ratio * cost.nanosPerBatch();
      double compute = ratio * nanos;
      boolean alone = cost.instances() == 1;
      double begin = alone ? Math.max(now, freeAt[device]) : now;
      double end = Math.max(begin + overhead, freeAt[device]) + compute;
      freeAt[device] = end;
      busyNanos += alone ? overhead + compute : compute;
      overheadNanos += alone ? overhead : 0;
      idle[device]--;
      at(end, () -> answer(device, submitted));
    }

    private void answer(int device, double[] submitted) {
      batches++;
      for (double at : submitted) {
        if (count == latencies.length) {
          latencies = Arrays.copyOf(latencies, 2 * count);
        }
        latencies[count++] = now - at;
      }
      answered += submitted.length;
      idle[device]++;
      dispatch();
      if (!demand.isOpenLoop()) {
        // After the device took what waited: it is quicker than any caller.
        for (int caller = 0; caller < submitted.length; caller++) {
          at(now, this::arrive);
        }
      }
    }
  }

  private static double quantile(double[] sorted, double share) {
    return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(share * sorted.length) - 1];
  }
}
