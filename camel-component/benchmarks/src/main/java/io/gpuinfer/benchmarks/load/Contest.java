package io.gpuinfer.benchmarks.load;

import io.gpuinfer.benchmarks.Progress;
import io.gpuinfer.benchmarks.Spread;
import io.gpuinfer.load.ClosedLoop;
import io.gpuinfer.load.Measurement;
import io.gpuinfer.load.RequestSequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Loads contestants in turn, round by round, so that what else the machine does meets all alike.
 * The first one is ours.
 */
final class Contest {

  /**
   * ONNX Runtime's threads spin for a while after their last run, in the next contestant's time.
   */
  private static final long REST_MILLIS = 500;

  private static final Duration LEAD = Duration.ofSeconds(1);

  private final ClosedLoop callers;
  private final Supplier<RequestSequence> requests;
  private final Progress progress;

  /**
   * @param requests the sequence that each turn begins anew
   */
  Contest(ClosedLoop callers, Supplier<RequestSequence> requests, Progress progress) {
    this.callers = callers;
    this.requests = requests;
    this.progress = progress;
  }

  /**
   * What came of it.
   *
   * @param contestants in the order of their turns
   * @param rounds each with a turn of each contestant
   */
  record Result(List<Contestant> contestants, List<List<Measurement>> rounds) {

    Spread goodput(int contestant) {
      return spread(contestant, Measurement::goodput);
    }

    /** In milliseconds. */
    Spread latency(int contestant, double percentile) {
      return spread(contestant, turn -> turn.answered().millis(percentile));
    }

    /** Our requests per second over theirs, round by round: above 1 we answer more. */
    Spread throughputRatio(int contestant) {
      return Spread.of(
          rounds.stream()
              .mapToDouble(turns -> turns.get(0).goodput() / turns.get(contestant).goodput())
              .toArray());
    }

    /** Their 99th percentile over ours, round by round: above 1 we are the quicker. */
    Spread latencyRatio(int contestant) {
      return Spread.of(
          rounds.stream()
              .mapToDouble(
                  turns ->
                      turns.get(contestant).answered().millis(99)
                          / turns.get(0).answered().millis(99))
              .toArray());
    }

    /** The largest share that other programs took of the processors in any turn. */
    double others() {
      return rounds.stream().flatMap(List::stream).mapToDouble(Measurement::others).max().orElse(0);
    }

    private Spread spread(int contestant, ToDoubleFunction<Measurement> value) {
      return Spread.of(
          rounds.stream()
              .mapToDouble(turns -> value.applyAsDouble(turns.get(contestant)))
              .toArray());
    }
  }

  Result run(List<Contestant> contestants, int rounds, Duration length)
      throws InterruptedException {
    List<List<Measurement>> results = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      List<Measurement> turns = new ArrayList<>();
      for (Contestant contestant : contestants) {
        TimeUnit.MILLISECONDS.sleep(REST_MILLIS);
        Measurement turn = callers.run(contestant.entrance(), requests.get(), LEAD, length);
        progress.say(
            "Round %d of %d, %s: %.1f requests/s, p99 %.0f ms"
                .formatted(
                    round, rounds, contestant.name(), turn.goodput(), turn.answered().millis(99)));
        turns.add(turn);
      }
      results.add(turns);
    }
    return new Result(contestants, results);
  }
}
