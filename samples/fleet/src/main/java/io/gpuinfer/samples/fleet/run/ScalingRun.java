package io.gpuinfer.samples.fleet.run;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The same load on one worker and on several, in turns. */
final class ScalingRun {

  /**
   * One turn.
   *
   * @param workers that shared the requests
   * @param perSecond answers in a second
   */
  record Turn(int workers, double perSecond) {}

  private static final String PLACE = "worker-";

  private final Fleet fleet;

  ScalingRun(Fleet fleet) {
    this.fleet = fleet;
  }

  /**
   * Begins with the workers at the places {@code worker-1} to {@code worker-n}, and ends with as
   * many.
   */
  List<Turn> run(int rounds, int requests) {
    int many = fleet.workers().names().size();
    List<Turn> turns = new ArrayList<>();
    for (int round = 1; round <= rounds; round++) {
      stopAllButOne();
      turns.add(turn("one-" + round, requests));
      for (int place = 2; place <= many; place++) {
        fleet.workers().start(PLACE + place);
      }
      turns.add(turn("many-" + round, requests));
    }
    return turns;
  }

  private Turn turn(String prefix, int requests) {
    fleet.awaitShared();
    List<String> ids = IntStream.range(0, requests).mapToObj(i -> prefix + "-" + i).toList();
    fleet.load().sendTexts(ids, 0);
    fleet.awaitAnswers(ids);
    return new Turn(fleet.workers().names().size(), fleet.answers().perSecond(ids));
  }

  private void stopAllButOne() {
    List<String> names = fleet.workers().names();
    names.subList(1, names.size()).forEach(fleet.workers()::stop);
  }
}
