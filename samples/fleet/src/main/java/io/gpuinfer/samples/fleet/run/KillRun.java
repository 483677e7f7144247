package io.gpuinfer.samples.fleet.run;

import java.util.ArrayList;
import java.util.List;

/** Sends requests, and kills workers while they are answered. */
final class KillRun {

  /**
   * What came of it.
   *
   * @param requests that were sent
   * @param lost ids that were never answered
   * @param duplicates answers that the reader dropped, since their ids had been answered
   * @param dead requests that became dead letters
   * @param waitMillis from each kill to the first answer of each partition that the dead worker had
   *     and that had requests left, ascending
   * @param seconds from the first request to the last answer
   */
  record Outcome(
      int requests,
      List<String> lost,
      int duplicates,
      int dead,
      List<Long> waitMillis,
      double seconds) {}

  private final Fleet fleet;

  KillRun(Fleet fleet) {
    this.fleet = fleet;
  }

  /** The kills come at equal distances of answers. */
  Outcome run(int requests, int kills) {
    fleet.awaitShared();
    int before = fleet.answers().count();
    int duplicatesBefore = fleet.reader().duplicates();
    int deadBefore = fleet.answers().dead();
    long begin = System.nanoTime();
    List<String> ids = fleet.send("kill", requests);
    List<Failover> failovers = new ArrayList<>();
    for (int kill = 1; kill <= kills; kill++) {
      fleet.awaitAnswers(before + (int) ((long) requests * kill / (kills + 1)));
      failovers.add(fleet.failOver());
    }
    fleet.awaitAnswers(before + requests);
    double seconds = (System.nanoTime() - begin) / 1e9;
    // Those who came last may still repeat what the dead had answered.
    fleet.awaitShared();
    return new Outcome(
        requests,
        fleet.answers().missing(ids),
        fleet.reader().duplicates() - duplicatesBefore,
        fleet.answers().dead() - deadBefore,
        failovers.stream().flatMap(failover -> failover.waits().stream()).sorted().toList(),
        seconds);
  }
}
