package io.gpuinfer.serving.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.batch.Job;
import io.gpuinfer.serving.batch.Jobs;
import io.gpuinfer.serving.batch.Part;
import io.gpuinfer.serving.batch.WorkEstimate;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WaitingLineTest {

  private final WaitingLine line = new WaitingLine(3, new WorkEstimate());

  @Test
  void shouldCountRequestsWorkAndRowsByWhoIsServedFirst() {
    add(Priority.LOW, 5);
    add(Priority.HIGH, 2);
    add(Priority.NORMAL, 3);

    assertThat(line.jobs()).isEqualTo(3);
    assertThat(line.work()).isEqualTo(10);
    assertThat(line.workBefore(Priority.HIGH)).isEqualTo(2);
    assertThat(line.workBefore(Priority.NORMAL)).isEqualTo(5);
    assertThat(line.workBefore(Priority.LOW)).isEqualTo(10);
    assertThat(line.rowsBefore(Priority.NORMAL)).isEqualTo(5);
    assertThat(line.isFull()).isTrue();
  }

  @Test
  void shouldCountALargeRequestAsOne() {
    Job large = Jobs.job(Jobs.zeros(10, 1), Priority.NORMAL, Long.MAX_VALUE, 4);
    line.add(large);

    assertThat(line.jobs()).isEqualTo(1);
    assertThat(line.parts()).hasSize(3);
    line.removeAll(large.parts().subList(0, 2));
    assertThat(line.jobs()).isEqualTo(1);
    assertThat(line.work()).isEqualTo(2);
    line.removeAll(large.parts().subList(2, 3));
    assertThat(line.jobs()).isZero();
    assertThat(line.isEmpty()).isTrue();
  }

  @Test
  void shouldTakeAllPartsOfTheOneThatIsShed() {
    Job high = add(Priority.HIGH, 1);
    Job large = Jobs.job(Jobs.zeros(10, 1), Priority.LOW, Long.MAX_VALUE, 4);
    line.add(large);

    assertThat(line.shedBelow(Priority.NORMAL)).isSameAs(large);

    assertThat(line.parts()).isEqualTo(high.parts());
    assertThat(line.shedBelow(Priority.HIGH)).isNull();
    assertThat(line.work()).isEqualTo(1);
  }

  @Test
  void shouldTellEachRequestOnceThatIsTakenOut() {
    Job large = Jobs.job(Jobs.zeros(10, 1), Priority.LOW, Long.MAX_VALUE, 4);
    line.add(large);
    Job other = add(Priority.LOW, 1);

    assertThat(line.removeIf(part -> part.job() == large)).containsExactly(large);
    assertThat(line.parts()).isEqualTo(other.parts());
  }

  @Test
  void shouldServeFirstAndInOrderWhatIsPutBack() {
    List<Part> first = add(Priority.NORMAL, 1).parts();
    List<Part> second = add(Priority.NORMAL, 2).parts();
    Job waiting = add(Priority.NORMAL, 4);
    line.removeAll(first);
    line.removeAll(second);

    line.putBack(List.of(first.get(0), second.get(0)));

    assertThat(line.parts()).containsExactly(first.get(0), second.get(0), waiting.parts().get(0));
    assertThat(line.work()).isEqualTo(7);
    assertThat(line.jobs()).isEqualTo(3);
  }

  @Test
  void shouldNotTakeARestOfRoundingForARequest() {
    // Works of a third and the like, whose sum does not go back to nothing.
    WorkEstimate fractions = new WorkEstimate();
    WaitingLine thirds = new WaitingLine(100, fractions);
    Random random = new Random(1);
    Job stays = Jobs.job(Priority.HIGH);
    thirds.add(stays);
    for (int round = 0; round < 100; round++) {
      Jobs.learn(fractions, 1 + random.nextInt(1000), 7);
      Job one = Jobs.job(Jobs.zeros(3, 1), Priority.LOW, Long.MAX_VALUE, 100);
      Job other = Jobs.job(Jobs.zeros(1, 1), Priority.LOW, Long.MAX_VALUE, 100);
      thirds.add(one);
      thirds.add(other);
      thirds.removeAll(one.parts());
      thirds.removeAll(other.parts());

      assertThat(thirds.hasBelow(Priority.HIGH)).isFalse();
      assertThat(thirds.workBefore(Priority.LOW)).isEqualTo(thirds.workBefore(Priority.HIGH));
    }
  }

  @Test
  void shouldTakeOutTheWorkThatWasPutInEvenWhenItIsKnownBetter() {
    WorkEstimate estimate = new WorkEstimate();
    WaitingLine learning = new WaitingLine(3, estimate);
    Job early = Jobs.job(Priority.NORMAL);
    learning.add(early);
    Jobs.learn(estimate, 1000, 1);
    Job late = Jobs.job(Priority.NORMAL);
    learning.add(late);
    assertThat(learning.work()).isEqualTo(1001);

    learning.removeAll(early.parts());

    assertThat(learning.work()).isEqualTo(1000);
  }

  private Job add(Priority priority, int rows) {
    Job job = Jobs.job(Jobs.zeros(rows, 1), priority, Long.MAX_VALUE, 100);
    line.add(job);
    return job;
  }
}
