package io.gpuinfer.serving.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.serving.Priority;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BatchFormerTest {

  private static final double MILLI = 1e6;
  private static final int MOST = 16;

  private final WorkEstimate estimate = new WorkEstimate();
  private final BatchTimes times = new BatchTimes(estimate);
  private final BatchFormer former = new BatchFormer(MOST, estimate, times);

  @Test
  void shouldTakeAllThatFitWhileARunCostsMuch() {
    know(0.1, 10);

    assertThat(former.form(parts(40), 0).size()).isEqualTo(MOST);
    assertThat(former.form(parts(5), 0).size()).isEqualTo(5);
    assertThat(former.isComplete(former.form(parts(5), 0))).isFalse();
  }

  @Test
  void shouldStopWhereTheCostOfARunIsNoLongerWorthSharing() {
    know(10, 1); // 1 of 41 ms is less than three percent

    assertThat(former.form(parts(40), 0).size()).isEqualTo(4);
    assertThat(former.isComplete(former.form(parts(40), 0))).isTrue();
  }

  @Test
  void shouldLetEveryOtherBatchBeSmallUntilTheCostOfARunIsKnown() {
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      Batch batch = former.form(parts(40), 0);
      sizes.add(batch.size());
      if (i < 5) {
        times.learn(Jobs.batch(16), Jobs.execution(0), (long) (16 * MILLI));
      } else {
        times.learn(batch, Jobs.execution(0), (long) (batch.rows() * MILLI));
      }
    }

    assertThat(sizes.subList(0, 5)).containsOnly(MOST);
    assertThat(sizes.subList(5, 9)).contains(MOST / 4);
  }

  @Test
  void shouldTakeWhatComesLaterWhereTheNextDoesNotFit() {
    know(0.1, 10);
    Part large = Jobs.part(Jobs.zeros(12, 1));
    Part tooLarge = Jobs.part(Jobs.zeros(5, 1));
    Part small = Jobs.part(Jobs.zeros(4, 1));

    assertThat(former.form(List.of(large, tooLarge, small), 0).parts())
        .containsExactly(large, small);
  }

  @Test
  void shouldNotGrowBeyondTheDeadlineOfAnyOfThem() {
    know(1, 10);
    List<Part> waiting = new ArrayList<>(parts(2));
    waiting.add(Jobs.part(Priority.NORMAL, (long) (14.5 * MILLI)));
    waiting.addAll(parts(2));

    assertThat(former.form(waiting, 0).size()).as("14 ms for four").isEqualTo(4);
    assertThat(former.form(waiting, (long) (3 * MILLI)).parts())
        .as("it is too late for that one, but not for the others")
        .containsExactlyElementsOf(
            Stream.concat(waiting.subList(0, 2).stream(), waiting.subList(3, 5).stream()).toList());
  }

  @Test
  void shouldPassOverTheOneThatWouldKeepABatchSmallWhileManyWait() {
    know(1, 10);
    Part hurried = Jobs.part(Priority.NORMAL, (long) (12.5 * MILLI));
    List<Part> waiting = new ArrayList<>(List.of(hurried));
    waiting.addAll(parts(15));

    assertThat(former.form(waiting, 0).parts()).hasSize(15).doesNotContain(hurried);
    assertThat(former.form(waiting.subList(0, 3), 0).parts())
        .as("where that wins little, it is served")
        .startsWith(hurried);
  }

  @Test
  void shouldNotPassOverHighPriorityForTheSakeOfOthers() {
    know(1, 10);
    Part hurried = Jobs.part(Priority.HIGH, (long) (12.5 * MILLI));
    List<Part> waiting = new ArrayList<>(List.of(hurried));
    waiting.addAll(parts(15));

    assertThat(former.form(waiting, 0).parts()).startsWith(hurried).hasSize(2);
  }

  @Test
  void shouldPadOnlyWhereItCostsLessThanARun() {
    know(0.1, 10);
    Part shorter = Jobs.padded(1, 10);
    Part longer = Jobs.padded(1, 100); // 90 more elements are 9 ms
    Part longest = Jobs.padded(1, 120); // 110 are 11 ms

    assertThat(former.form(List.of(shorter, longer), 0).size()).isEqualTo(2);
    assertThat(former.form(List.of(shorter, longest), 0).size()).isEqualTo(1);
  }

  @Test
  void shouldCountThePaddingOfAllThatWaitOfALength() {
    know(0.1, 10);
    Part head = Jobs.padded(1, 100);
    Part one = Jobs.padded(1, 60); // 40 elements of padding are 4 ms
    Part two = Jobs.padded(1, 60);
    Part three = Jobs.padded(1, 60);

    assertThat(former.form(List.of(head, one, two), 0).size()).isEqualTo(3);
    assertThat(former.form(List.of(head, one, two, three), 0).size()).isEqualTo(1);
  }

  @Test
  void shouldTakeThoseOfTheSameLengthFirst() {
    know(0.1, 10);
    Part head = Jobs.padded(1, 10);
    Part longer = Jobs.padded(1, 90); // with head alone 8 ms of padding, with three rows 24
    List<Part> waiting = List.of(head, longer, Jobs.padded(1, 10), Jobs.padded(1, 10));

    assertThat(former.form(waiting, 0).parts()).hasSize(3).doesNotContain(longer);
  }

  @Test
  void shouldFillUpByLessWhileOthersOfAHigherPriorityWait() {
    know(1, 10);
    List<Part> waiting = new ArrayList<>(List.of(Jobs.padded(10, Priority.HIGH)));
    for (int i = 0; i < 20; i++) {
      waiting.add(Jobs.padded(10, Priority.LOW));
    }
    assertThat(former.form(waiting, 0).size()).isEqualTo(MOST);

    waiting.add(1, Jobs.padded(100, Priority.HIGH)); // too long to join

    // 10 ms are 15 percent of 67 ms, and a row of ten elements takes 10.
    assertThat(former.form(waiting, 0).size()).isEqualTo(6);
  }

  @Test
  void shouldNotWaitForWhatCannotJoin() {
    know(0.1, 10);

    assertThat(
            former.isComplete(new Batch(Jobs.part(io.gpuinfer.engine.Tensor.wrap(new float[1])))))
        .isTrue();
  }

  @Test
  void shouldLeaveWhatWaitsAsItIs() {
    List<Part> waiting = Collections.unmodifiableList(parts(40));

    former.form(waiting, 0);

    assertThat(waiting).hasSize(40);
  }

  private void know(double perElement, double perRun) {
    for (int i = 0; i < 300; i++) {
      int rows = 1 + i % 50;
      times.learn(
          Jobs.batch(rows), Jobs.execution(0), (long) ((perElement * rows + perRun) * MILLI));
    }
    assertThat(times.isSure()).isTrue();
  }

  private static List<Part> parts(int count) {
    return IntStream.range(0, count).mapToObj(i -> Jobs.part(Jobs.row(1))).toList();
  }
}
