package io.gpuinfer.samples.fleet.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Workers that share partitions, on a clock of its own. Each has a partition for itself alone,
 * polls its partitions in turn for what waits, and polls again when that is answered. The broker
 * takes no time, and workers do not slow one another: no two of them share a device. The same seed
 * gives the same forecast.
 */
final class FleetSimulation {

  private static final double SLOW = 1;

  private final WorkerCost cost;
  private final FleetLoad load;
  private final Optional<Death> death;
  private final Random random;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingDouble(Event::at).thenComparingLong(Event::order));
  private final List<Deque<Double>> waiting = new ArrayList<>();
  private final List<Worker> workers = new ArrayList<>();

  /** Of each partition; null while it has none. */
  private final Worker[] owners;

  private double now;
  private long order;
  private int answeredInTime;
  private double lastSlow;
  private double[] latencies = new double[1 << 12];
  private int answered;

  private FleetSimulation(WorkerCost cost, FleetLoad load, Optional<Death> death, long seed) {
    this.cost = cost;
    this.load = load;
    this.death = death;
    random = new Random(seed);
    owners = new Worker[load.partitions()];
    for (int partition = 0; partition < owners.length; partition++) {
      waiting.add(new ArrayDeque<>());
    }
    for (int worker = 0; worker < load.workers(); worker++) {
      workers.add(new Worker());
    }
  }

  /** Runs until all that arrived is answered. */
  static FleetForecast run(WorkerCost cost, FleetLoad load, Optional<Death> death, long seed) {
    return new FleetSimulation(cost, load, death, seed).run();
  }

  private FleetForecast run() {
    share();
    scheduleArrival();
    death.ifPresent(kill -> at(kill.at(), () -> die(kill)));
    while (!events.isEmpty()) {
      Event event = events.remove();
      now = event.at();
      event.action().run();
    }
    double[] sorted = Arrays.copyOf(latencies, answered);
    Arrays.sort(sorted);
    return new FleetForecast(
        answeredInTime / load.seconds(),
        quantile(sorted, 0.5),
        quantile(sorted, 0.99),
        quantile(sorted, 1),
        lastSlow);
  }

  private void at(double time, Runnable action) {
    events.add(new Event(time, order++, action));
  }

  private void scheduleArrival() {
    double next = now - Math.log(1 - random.nextDouble()) / load.perSecond();
    if (next < load.seconds()) {
      at(
          next,
          () -> {
            scheduleArrival();
            int partition = random.nextInt(owners.length);
            waiting.get(partition).add(now);
            if (owners[partition] != null) {
              owners[partition].poll();
            }
          });
    }
  }

  private void die(Death kill) {
    Worker victim = workers.remove(0);
    victim.die();
    for (int partition = 0; partition < owners.length; partition++) {
      if (owners[partition] == victim) {
        owners[partition] = null;
      }
    }
    at(now + kill.rebalance(), this::share);
    at(
        now + kill.restart(),
        () -> {
          workers.add(new Worker());
          share();
        });
  }

  /** As equally as whole partitions can be. */
  private void share() {
    if (workers.isEmpty()) {
      return;
    }
    for (int partition = 0; partition < owners.length; partition++) {
      owners[partition] = workers.get(partition % workers.size());
    }
    for (Worker worker : workers) {
      worker.partitions =
          IntStream.range(0, owners.length).filter(i -> owners[i] == worker).toArray();
      worker.poll();
    }
  }

  private void answer(double arrived) {
    if (answered == latencies.length) {
      latencies = Arrays.copyOf(latencies, 2 * answered);
    }
    latencies[answered++] = now - arrived;
    if (now <= load.seconds()) {
      answeredInTime++;
    }
    if (now - arrived > SLOW && death.isPresent() && arrived > death.get().at()) {
      lastSlow = Math.max(lastSlow, arrived - death.get().at());
    }
  }

  private static double quantile(double[] sorted, double share) {
    return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(share * sorted.length) - 1];
  }

  private record Event(double at, long order, Runnable action) {}

  private record Taken(int partition, double arrived) {}

  private final class Worker {

    private final List<Taken> taken = new ArrayList<>();
    private int[] partitions = {};
    private int next;
    private boolean dead;

    void poll() {
      if (!taken.isEmpty()) {
        return;
      }
      for (int turn = 0; turn < partitions.length && taken.size() < cost.poll(); turn++) {
        next = (next + 1) % partitions.length;
        Deque<Double> line = waiting.get(partitions[next]);
        while (!line.isEmpty() && taken.size() < cost.poll()) {
          taken.add(new Taken(partitions[next], line.remove()));
        }
      }
      if (!taken.isEmpty()) {
        at(now + cost.seconds(taken.size()), this::answerAll);
      }
    }

    private void answerAll() {
      if (!dead) {
        taken.forEach(request -> answer(request.arrived()));
        taken.clear();
        poll();
      }
    }

    /** What it had not committed is read again. */
    void die() {
      dead = true;
      for (int i = taken.size() - 1; i >= 0; i--) {
        waiting.get(taken.get(i).partition()).addFirst(taken.get(i).arrived());
      }
    }
  }
}
