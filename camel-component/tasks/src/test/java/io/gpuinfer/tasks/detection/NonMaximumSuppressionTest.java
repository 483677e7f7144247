package io.gpuinfer.tasks.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NonMaximumSuppressionTest {

  private static final Box FIRST = new Box(0, 0, 30, 10);

  /** Shares 20 × 10 of 40 × 10 with the first: an overlap of one half. */
  private static final Box SHIFTED = new Box(10, 0, 40, 10);

  private final Candidates candidates = new Candidates(0.1);

  @Test
  void shouldMeasureOverlapAsIntersectionOverUnion() {
    assertThat(FIRST.overlap(SHIFTED)).isCloseTo(0.5, within(1e-12));
    assertThat(SHIFTED.overlap(FIRST)).isCloseTo(0.5, within(1e-12));
    assertThat(FIRST.overlap(FIRST)).isEqualTo(1);
    assertThat(FIRST.overlap(new Box(30, 0, 60, 10))).isZero();
    assertThat(FIRST.overlap(new Box(10, 2, 13, 12))).isCloseTo(24.0 / 306, within(1e-12));
  }

  @Test
  void shouldDropWhatOverlapsASurerBoxOfItsClass() {
    candidates.add(7, 0.6, SHIFTED);
    candidates.add(7, 0.9, FIRST);
    candidates.add(8, 0.5, SHIFTED);

    assertThat(scores(Suppression.GREEDY, 0.49, false, 10)).containsExactly(0.9, 0.5);
    assertThat(scores(Suppression.GREEDY, 0.49, true, 10)).containsExactly(0.9);
    assertThat(scores(Suppression.GREEDY, 0.5, false, 10)).containsExactly(0.9, 0.6, 0.5);
    assertThat(scores(Suppression.NONE, 0.49, false, 10)).containsExactly(0.9, 0.6, 0.5);
    assertThat(scores(Suppression.GREEDY, 0.5, false, 2)).containsExactly(0.9, 0.6);
    assertThat(scores(Suppression.NONE, 0.5, false, 1)).containsExactly(0.9);
  }

  /** One that was dropped drops none itself. */
  @Test
  void shouldCompareWithWhatStaysAlone() {
    candidates.add(0, 0.9, FIRST);
    candidates.add(0, 0.8, SHIFTED);
    candidates.add(0, 0.7, new Box(20, 0, 50, 10));

    assertThat(scores(Suppression.GREEDY, 0.4, false, 10)).containsExactly(0.9, 0.7);
  }

  /** By three parts of the first and one of the other. */
  @Test
  void shouldBlendByScore() {
    candidates.add(0, 0.6, FIRST, List.of(new Keypoint(4, 8)));
    candidates.add(0, 0.2, SHIFTED, List.of(new Keypoint(8, 0)));
    candidates.add(1, 0.5, SHIFTED, List.of(new Keypoint(1, 1)));

    List<Candidate> left =
        new NonMaximumSuppression(Suppression.BLEND, 0.4, false, 10).apply(candidates);

    assertThat(left).extracting(Candidate::score).containsExactly(0.6, 0.5);
    assertThat(left.get(0).box().left()).isCloseTo(2.5, within(1e-9));
    assertThat(left.get(0).box().right()).isCloseTo(32.5, within(1e-9));
    assertThat(left.get(0).box().bottom()).isCloseTo(10, within(1e-9));
    assertThat(left.get(0).keypoints().get(0).x()).isCloseTo(5, within(1e-9));
    assertThat(left.get(0).keypoints().get(0).y()).isCloseTo(6, within(1e-9));
    assertThat(left.get(1).box()).isEqualTo(SHIFTED);
  }

  @Test
  void shouldKeepTheOrderOfEqualScores() {
    for (int type = 0; type < 50; type++) {
      candidates.add(type, 0.5, FIRST);
    }

    assertThat(new NonMaximumSuppression(Suppression.GREEDY, 0.5, false, 50).apply(candidates))
        .extracting(Candidate::type)
        .isSorted();
  }

  @Test
  void shouldIgnoreWhatIsNoBox() {
    double[] wrong = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    for (double value : wrong) {
      candidates.add(0, value, FIRST);
      candidates.add(0, 0.9, new Box(value, 0, 10, 10));
      candidates.add(0, 0.9, new Box(0, value, 10, 10));
      candidates.add(0, 0.9, new Box(0, 0, value, 10));
      candidates.add(0, 0.9, new Box(0, 0, 10, value));
      candidates.add(0, 0.9, FIRST, List.of(new Keypoint(value, 0)));
    }
    candidates.add(0, 0.9, new Box(10, 0, 0, 10));
    candidates.add(0, 0.9, new Box(0, 5, 10, 5));
    candidates.add(0, 0.9, new Box(-1e200, -1e200, 1e200, 1e200));
    candidates.add(0, 0.09, FIRST);

    assertThat(scores(Suppression.GREEDY, 0.5, false, 10)).isEmpty();
  }

  /** The most that is considered, none of it overlapping: all are compared with all that stay. */
  @Test
  void shouldBoundItsWork() {
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      candidates.add(0, 0.5 + random.nextDouble() / 2, Box.ofCentre(2 * i, 0, 1, 1));
    }

    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> assertThat(scores(Suppression.BLEND, 0.5, false, 300)).hasSize(300));
  }

  private List<Double> scores(
      Suppression suppression, double iou, boolean agnostic, int maxDetections) {
    return new NonMaximumSuppression(suppression, iou, agnostic, maxDetections)
        .apply(candidates).stream().map(Candidate::score).toList();
  }
}
