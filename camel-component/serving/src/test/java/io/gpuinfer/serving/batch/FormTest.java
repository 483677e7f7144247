package io.gpuinfer.serving.batch;

import static io.gpuinfer.serving.batch.Jobs.zeros;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.Padding;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FormTest {

  private static final Optional<Padding> PADDING = Optional.of(new Padding(1));
  private static final Tensor INTS = Tensor.of(new int[] {1, 2}, 1, 2);

  @Test
  void shouldJoinWhatDiffersInRowsOnly() {
    assertThat(form(zeros(1, 3)).joins(form(zeros(5, 3)))).isTrue();
    assertThat(form(zeros(1, 3)).joins(form(zeros(1, 4)))).isFalse();
    assertThat(form(zeros(1, 2)).joins(form(INTS))).as("another type").isFalse();
    assertThat(form(zeros(1, 3)).joins(Form.of(Map.of("z", zeros(1, 3)), Optional.empty())))
        .as("another input")
        .isFalse();
    assertThat(form(zeros(1, 3)).joins(form(Tensor.wrap(new float[3], 1, 3, 1))))
        .as("another rank")
        .isFalse();
  }

  @Test
  void shouldJoinWhatDiffersAlongTheAxisOfPadding() {
    Form shorter = Form.of(Map.of("x", zeros(1, 3)), PADDING);
    Form longer = Form.of(Map.of("x", zeros(2, 7)), PADDING);

    assertThat(shorter.joins(longer)).isTrue();
    assertThat(shorter.length()).isEqualTo(3);
    assertThat(longer.length()).isEqualTo(7);
  }

  @Test
  void shouldNotPadInputsOfDifferentLengths() {
    Form mixed = Form.of(Map.of("x", zeros(1, 3), "mask", zeros(1, 4)), PADDING);
    Form other = Form.of(Map.of("x", zeros(1, 5), "mask", zeros(1, 6)), PADDING);

    assertThat(mixed.length()).isEqualTo(1);
    assertThat(mixed.joins(other)).isFalse();
    assertThat(mixed.joins(mixed)).isTrue();
  }

  @Test
  void shouldLeaveInputsAloneThatHaveNotTheAxisOfPadding() {
    Form one = Form.of(Map.of("x", zeros(1, 3), "id", Tensor.of(new int[] {1}, 1)), PADDING);
    Form two = Form.of(Map.of("x", zeros(1, 5), "id", Tensor.of(new int[] {2}, 1)), PADDING);

    assertThat(one.joins(two)).isTrue();
  }

  @Test
  void shouldRunScalarsEmptyRowsAndUnequalRowsAlone() {
    Form scalar = form(Tensor.wrap(new float[1]));
    Form empty = form(zeros(0, 3));
    Form unequal = Form.of(Map.of("x", zeros(2, 1), "z", zeros(3, 1)), Optional.empty());
    Form nothing = Form.of(Map.of(), Optional.empty());

    for (Form alone : new Form[] {scalar, empty, unequal, nothing}) {
      assertThat(alone.rows()).isEqualTo(Form.ALONE);
      assertThat(alone.joins(alone)).isFalse();
    }
  }

  @Test
  void shouldCountTheElementsOfARow() {
    Form form = Form.of(Map.of("x", zeros(4, 3), "mask", zeros(4, 3)), PADDING);

    assertThat(form.rowElements(3)).isEqualTo(6);
    assertThat(form.rowElements(10)).isEqualTo(20);
  }

  @Test
  void shouldFindSomeWorkInWhateverIsAsked() {
    WorkEstimate estimate = new WorkEstimate();

    assertThat(estimate.of(Jobs.part(Map.of(), Optional.empty()))).isPositive();
    assertThat(estimate.of(Jobs.part(zeros(2, 0)))).isPositive();
    assertThat(estimate.of(Jobs.part(zeros(2, 3)))).isEqualTo(6);
  }

  @Test
  void shouldLearnTheWorkOfAShapeFromItsRunsAndGuessThatOfOthers() {
    WorkEstimate estimate = new WorkEstimate();
    estimate.learn(new Batch(Jobs.part(zeros(2, 4))), Jobs.execution(800));

    assertThat(estimate.of(Jobs.part(zeros(1, 4)))).isEqualTo(400);
    assertThat(estimate.of(Jobs.part(zeros(3, 2)))).as("100 an element").isEqualTo(600);
    estimate.learn(new Batch(Jobs.part(zeros(1, 4))), Jobs.execution(0));
    assertThat(estimate.of(Jobs.part(zeros(1, 4)))).as("not counted").isEqualTo(400);
  }

  private static Form form(Tensor x) {
    return Form.of(Map.of("x", x), Optional.empty());
  }
}
