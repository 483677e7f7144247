package io.gpuinfer.benchmarks.capacity;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.InferenceResult;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** Callers that each send a request of one item as soon as their last one was answered. */
final class ClosedLoop {

  /** Within this time, the items of one batch are told that it is done. */
  private static final double ONE_BATCH_NANOS = 500_000;

  private static final int LEAST_ANSWERS = 10;

  private final ServerUnderCheck server;
  private final List<SampleKind> kinds;
  private final List<Map<String, Tensor>> items;
  private final double shares;

  /**
   * @param server that answers
   * @param kinds of the items, drawn by their shares
   */
  ClosedLoop(ServerUnderCheck server, List<SampleKind> kinds) {
    this.server = server;
    this.kinds = kinds;
    this.items = kinds.stream().map(kind -> kind.batch().apply(1)).toList();
    this.shares = kinds.stream().mapToDouble(SampleKind::share).sum();
  }

  /**
   * What callers met.
   *
   * @param itemsPerSecond answered
   * @param meanBatch items that shared a run, in the mean over the runs
   * @param p50Nanos time that half of the requests took at most
   * @param p99Nanos 99 in 100
   */
  record Outcome(double itemsPerSecond, double meanBatch, double p50Nanos, double p99Nanos) {}

  /**
   * Lets so many callers go on for a while, of which the first third is not counted; longer where
   * fewer answers than callers come in that time.
   *
   * @param seed of what the callers draw
   * @throws IllegalStateException when a request was not answered
   */
  Outcome run(int callers, long nanos, long seed) {
    long start = System.nanoTime();
    long countFrom = start + nanos / 3;
    long end = start + nanos;
    Caller[] all = new Caller[callers];
    CountDownLatch done = new CountDownLatch(callers);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicInteger wanted = new AtomicInteger(Math.max(LEAST_ANSWERS, callers));
    // One for all: generators of neighbouring seeds begin with the same draws.
    Random random = new Random(seed);
    for (int i = 0; i < callers; i++) {
      all[i] = new Caller(random, countFrom, end, wanted, done, failure);
    }
    for (Caller caller : all) {
      caller.next();
    }
    try {
      done.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("Nobody interrupts a check", e);
    }
    if (failure.get() != null) {
      throw new IllegalStateException("A request was not answered", failure.get());
    }
    double runs = Arrays.stream(all).mapToDouble(caller -> caller.runs).sum();
    double[] latencies = merged(all, caller -> caller.latencies);
    double[] times = merged(all, caller -> caller.times);
    return new Outcome(
        perSecond(times),
        latencies.length / runs,
        latencies[(int) Math.ceil(latencies.length * 0.5) - 1],
        latencies[(int) Math.ceil(latencies.length * 0.99) - 1]);
  }

  private static double[] merged(Caller[] callers, Function<Caller, double[]> figures) {
    return Arrays.stream(callers)
        .flatMapToDouble(caller -> Arrays.stream(figures.apply(caller), 0, caller.count))
        .sorted()
        .toArray();
  }

  /**
   * From the end of one batch to the end of another: few batches fit into a round, and it makes a
   * difference whether another one just did.
   *
   * @param times at which items were answered, in order
   */
  private static double perSecond(double[] times) {
    int next = 0;
    while (next < times.length && times[next] - times[0] < ONE_BATCH_NANOS) {
      next++;
    }
    return (times.length - next) * 1e9 / (times[times.length - 1] - times[0]);
  }

  /** Sends its next request from the thread that completes the last one, as a route does. */
  private final class Caller {
    private final Random random;
    private final long countFrom;
    private final long end;
    private final AtomicInteger wanted;
    private final CountDownLatch done;
    private final AtomicReference<Throwable> failure;
    private double[] latencies = new double[64];
    private double[] times = new double[64];
    private int count;
    private double runs;

    Caller(
        Random random,
        long countFrom,
        long end,
        AtomicInteger wanted,
        CountDownLatch done,
        AtomicReference<Throwable> failure) {
      this.random = random;
      this.countFrom = countFrom;
      this.end = end;
      this.wanted = wanted;
      this.done = done;
      this.failure = failure;
    }

    void next() {
      Map<String, Tensor> inputs = draw();
      long submitted = System.nanoTime();
      // Nobody waits for the rest: what comes next starts in it.
      CompletableFuture<InferenceResult> unused =
          server.submit(inputs).whenComplete((result, error) -> answered(submitted, result, error));
    }

    private void answered(long submitted, InferenceResult result, Throwable error) {
      long now = System.nanoTime();
      if (error != null) {
        failure.compareAndSet(null, error);
        done.countDown();
        return;
      }
      boolean goesOn = now < end || wanted.get() > 0;
      if (now >= countFrom && goesOn) {
        wanted.decrementAndGet();
        if (count == latencies.length) {
          latencies = Arrays.copyOf(latencies, 2 * count);
          times = Arrays.copyOf(times, 2 * count);
        }
        times[count] = now - countFrom;
        latencies[count++] = now - submitted;
        runs += 1.0 / result.batchSize();
      }
      if (goesOn) {
        next();
      } else {
        done.countDown();
      }
    }

    private Map<String, Tensor> draw() {
      double point = random.nextDouble() * shares;
      int kind = 0;
      while (kind < kinds.size() - 1 && point >= kinds.get(kind).share()) {
        point -= kinds.get(kind).share();
        kind++;
      }
      return items.get(kind);
    }
  }
}
