package io.gpuinfer.samples.fleet.run;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Sends requests, and kills workers while they are answered. */
final class KillRun {

  /**
   * What came of it.
   *
   * @param requests that were sent
   * @param lost ids that were never answered
   * @param duplicates answers that the reader dropped, since their ids had been answered
   * @param dead requests that became dead letters
   * @param rebalanceMillis from each kill until each partition of the dead worker had another one,
   *     ascending
   * @param answerMillis from each kill to the first answer from each of these partitions that had
   *     requests left, ascending
   * @param seconds from the first request to the last answer
   */
  record Outcome(
      int requests,
      List<String> lost,
      int duplicates,
      int dead,
      List<Long> rebalanceMillis,
      List<Long> answerMillis,
      double seconds) {}

  private final Fleet fleet;

  KillRun(Fleet fleet) {
    this.fleet = fleet;
  }

  /**
   * The kills come at equal distances of answers.
   *
   * @param perSecond requests in a second; 0 all at once
   */
  Outcome run(int requests, double perSecond, int kills) {
    fleet.awaitShared();
    int duplicatesBefore = fleet.reader().duplicates();
    List<String> ids = IntStream.range(0, requests).mapToObj(i -> "kill-" + i).toList();
    long begin = System.nanoTime();
    CompletableFuture<Void> sending =
        CompletableFuture.runAsync(() -> fleet.load().sendTexts(ids, perSecond));
    List<Failover> failovers = new ArrayList<>();
    for (int kill = 1; kill <= kills; kill++) {
      fleet.awaitAnswers(ids, (int) ((long) requests * kill / (kills + 1)));
      failovers.add(fleet.failOver());
    }
    fleet.awaitAnswers(ids);
    double seconds = (System.nanoTime() - begin) / 1e9;
    sending.join();
    // Those who came last may still repeat what the dead had answered.
    fleet.awaitShared();
    return new Outcome(
        requests,
        fleet.answers().missing(ids),
        fleet.reader().duplicates() - duplicatesBefore,
        fleet.answers().dead(ids),
        ascending(failovers, Failover::rebalanceMillis),
        ascending(failovers, Failover::answerMillis),
        seconds);
  }

  private static List<Long> ascending(
      List<Failover> failovers, Function<Failover, List<Long>> millis) {
    return failovers.stream()
        .flatMap(failover -> millis.apply(failover).stream())
        .sorted()
        .toList();
  }
}
