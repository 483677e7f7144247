package io.gpuinfer.tasks.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.Tensor;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.LabelFile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RankingTest {

  private static final LabelFile NONE =
      LabelFile.of(new ModelEntry("m", "1", ModelEntry.AUTO, Map.of(), Map.of()));

  @Test
  void shouldMakeProbabilitiesOfScores() {
    List<Classification> ranked = rank(Activation.AUTO, 1, 3, 2);

    // e¹, e², e³ over their sum
    assertThat(ranked).extracting(Classification::index).containsExactly(1, 2, 0);
    assertThat(ranked.get(0).probability()).isCloseTo(0.665241, within(1e-6));
    assertThat(ranked.get(2).probability()).isCloseTo(0.090031, within(1e-6));
  }

  @Test
  void shouldLeaveProbabilitiesAsTheyAre() {
    assertThat(rank(Activation.AUTO, 0.25f, 0.75f).get(0).probability()).isEqualTo(0.75);
    assertThat(rank(Activation.SOFTMAX, 0.25f, 0.75f).get(0).probability())
        .isCloseTo(0.622459, within(1e-6));
  }

  @Test
  void shouldTakeEachClassByItselfWhereAskedTo() {
    List<Classification> ranked = rank(Activation.SIGMOID, 0, 2);

    assertThat(ranked.get(0).probability()).isCloseTo(0.880797, within(1e-6));
    assertThat(ranked.get(1).probability()).isEqualTo(0.5);
    assertThat(rank(Activation.NONE, -4, 7).get(0).probability()).isEqualTo(7);
  }

  @Test
  void shouldSurviveLargeScores() {
    assertThat(rank(Activation.SOFTMAX, 1000, -1000).get(0).probability()).isEqualTo(1);
  }

  @Test
  void shouldBeFitForALogLine() {
    assertThat(rank(Activation.NONE, 0.5f, 0.25f)).hasToString("[0 0.500, 1 0.250]");
  }

  private static List<Classification> rank(Activation activation, float... scores) {
    return new Ranking(activation, 3, NONE).of(Tensor.wrap(scores, 1, scores.length));
  }
}
