package io.gpuinfer.serving;

import io.gpuinfer.engine.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Callers of one server in virtual time: some that come whatever the server does, as Poisson would
 * have it, or some that each wait for their answer.
 */
final class Traffic {

  static final long MILLI = VirtualDevices.MILLI;
  static final long SECOND = 1000 * MILLI;

  /** Out of 100 requests, so many are of that priority. */
  private static final int HIGH = 10;

  private static final int NORMAL = 60;
  private static final long NO_DEADLINE = Long.MAX_VALUE;

  /** What a caller takes to ask again. */
  private static final double LONGEST_PAUSE = 0.2 * MILLI;

  /** What became of a request. */
  private record Ended(Priority priority, long asked, long latency, boolean answered) {}

  private final VirtualThreads threads;
  private final ModelServer server;
  private final Random random;
  private final List<Ended> ended = new ArrayList<>();
  private final long deadline;
  private final Tensor row = Tensor.wrap(new float[] {1, 2, 3, 4}, 1, 4);

  /**
   * @param deadline nanoseconds that each request has
   */
  Traffic(VirtualThreads threads, ModelServer server, long seed, Duration deadline) {
    this.threads = threads;
    this.server = server;
    this.random = new Random(seed);
    this.deadline = deadline.toNanos();
  }

  /** Lets requests come for a while, at random, so many a second. */
  Traffic open(double rate, Duration time) {
    long end = threads.nanoTime() + time.toNanos();
    nextArrival(rate, end);
    threads.runUntil(end + deadline + SECOND);
    return this;
  }

  private void nextArrival(double rate, long end) {
    long gap = (long) (-Math.log(1 - random.nextDouble()) / rate * SECOND);
    if (threads.nanoTime() + gap < end) {
      threads.schedule(
          gap,
          () -> {
            ask(anyPriority(), deadline, ignored -> {});
            nextArrival(rate, end);
          });
    }
  }

  /** Lets so many callers ask for a while, each again as soon as it was answered. */
  Traffic closed(int callers, Duration time) {
    long end = threads.nanoTime() + time.toNanos();
    for (int i = 0; i < callers; i++) {
      askOn(end);
    }
    threads.runUntil(end + SECOND);
    return this;
  }

  private void askOn(long end) {
    ask(
        Priority.NORMAL,
        NO_DEADLINE,
        now -> {
          if (now < end) {
            threads.schedule((long) (random.nextDouble() * LONGEST_PAUSE), () -> askOn(end));
          }
        });
  }

  private void ask(Priority priority, long allowed, Consumer<Long> then) {
    long asked = threads.nanoTime();
    CompletableFuture<InferenceResult> answer =
        server.submit(
            new InferenceRequest(
                Map.of("x", row), priority, allowed == NO_DEADLINE ? allowed : asked + allowed));
    TestServer.whenEnded(
        answer,
        (result, failure) -> {
          long now = threads.nanoTime();
          ended.add(new Ended(priority, asked, now - asked, failure == null));
          then.accept(now);
        });
  }

  private Priority anyPriority() {
    int of100 = random.nextInt(100);
    return of100 < HIGH ? Priority.HIGH : of100 < HIGH + NORMAL ? Priority.NORMAL : Priority.LOW;
  }

  /** Answers in time a second, to what was asked between two times. */
  double goodput(Duration from, Duration to) {
    long answers =
        ended.stream()
            .filter(one -> one.answered && one.latency <= deadline)
            .filter(one -> one.asked >= from.toNanos() && one.asked < to.toNanos())
            .count();
    return (double) answers * SECOND / to.minus(from).toNanos();
  }

  /** The share of requests of a priority that were answered, from 0 to 1; from some time on. */
  double answered(Priority priority, Duration from) {
    return ended.stream()
        .filter(one -> one.priority == priority && one.asked >= from.toNanos())
        .mapToInt(one -> one.answered ? 1 : 0)
        .average()
        .orElse(0);
  }

  /** What 99 of 100 answers to a priority took at most, in milliseconds; from some time on. */
  double p99(Priority priority, Duration from) {
    long[] latencies =
        ended.stream()
            .filter(one -> one.priority == priority && one.answered)
            .filter(one -> one.asked >= from.toNanos())
            .mapToLong(Ended::latency)
            .sorted()
            .toArray();
    return latencies.length == 0 ? 0 : (double) latencies[latencies.length * 99 / 100] / MILLI;
  }

  @Override
  public String toString() {
    return "%s %s %s"
        .formatted(server.counts(), server.statistics().refusals(), server.statistics().failures());
  }
}
