package io.gpuinfer.tasks.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SegmentsTest {

  private final Segments equal = new Segments(0, 1);

  @Test
  void shouldMakeOneSegmentOfEqualValuesInConsecutiveFrames() {
    List<String> frames = List.of("", "", "", "", "EXIT", "EXIT", "EXIT", "EXIT", "EXIT", "", "");
    for (int i = 0; i < frames.size(); i++) {
      equal.add(i * 0.5, frames.get(i).isEmpty() ? Set.of() : Set.of(frames.get(i)));
    }

    assertThat(equal.list()).containsExactly(new Segment(2.0, 4.5, "EXIT", 5));
  }

  @Test
  void shouldEndTheLastSegmentAsLongAfterTheLastFrameAsFramesAreApart() {
    equal.add(0, Set.of("a"));
    assertThat(equal.list()).containsExactly(new Segment(0, 0, "a", 1));
    equal.add(0.5, Set.of("a"));
    assertThat(equal.list()).containsExactly(new Segment(0, 1.0, "a", 2));
    equal.add(0.75, Set.of("b"));
    assertThat(equal.list())
        .containsExactly(new Segment(0, 0.75, "a", 2), new Segment(0.75, 1.125, "b", 1));
  }

  @Test
  void shouldFollowSeveralValuesSideBySide() {
    equal.add(0, List.of("dog", "dog", "cat"));
    equal.add(1, List.of("cat"));
    equal.add(2, List.of("dog", "cat"));
    equal.add(3, List.of());

    assertThat(equal.list())
        .containsExactly(
            new Segment(0, 1, "dog", 1), new Segment(0, 3, "cat", 3), new Segment(2, 3, "dog", 1));
  }

  /** The gap is from the first frame without it to the frame with it again. */
  @ParameterizedTest
  @CsvSource({"0, 2", "0.9, 2", "1, 1", "5, 1"})
  void shouldBridgeGapsUpToALength(double maxGap, int segments) {
    Segments bridging = new Segments(maxGap, 1);
    bridging.add(0, Set.of("a"));
    bridging.add(1, Set.of());
    bridging.add(2, Set.of("a"));

    assertThat(bridging.list()).hasSize(segments);
    if (segments == 1) {
      assertThat(bridging.list()).containsExactly(new Segment(0, 3, "a", 2));
    }
  }

  @Test
  void shouldEndASegmentWhereItWasLastSeenWhenItDoesNotComeBack() {
    Segments bridging = new Segments(10, 1);
    bridging.add(0, Set.of("a"));
    bridging.add(1, Set.of());
    bridging.add(2, Set.of());

    assertThat(bridging.list()).containsExactly(new Segment(0, 1, "a", 1));
  }

  @Test
  void shouldTakeTextsThatDifferByAMistakeForOne() {
    Segments alike = new Segments(0, 0.8);
    alike.add(0, Set.of("Departs 10:45"));
    alike.add(1, Set.of("Departs 1O:45"));
    alike.add(2, Set.of("Departs 10:45"));
    alike.add(3, Set.of("Arrives 12:30"));

    assertThat(alike.list())
        .containsExactly(
            new Segment(0, 3, "Departs 10:45", 3), new Segment(3, 4, "Arrives 12:30", 1));
  }

  @Test
  void shouldNotConfuseLikeTextsThatAreThereAtTheSameTime() {
    Segments alike = new Segments(0, 0.5);
    alike.add(0, List.of("Gate 1", "Gate 2"));
    alike.add(1, List.of("Gate 2", "Gate 1"));
    alike.add(2, List.of("Gate 2.", "Gate 1."));

    assertThat(alike.list())
        .containsExactly(new Segment(0, 3, "Gate 1", 3), new Segment(0, 3, "Gate 2", 3));
  }

  @Test
  void shouldRefuseFramesThatGoBackAndNumbersThatMakeNoSense() {
    equal.add(1, Set.of());
    assertThatThrownBy(() -> equal.add(1, Set.of())).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Segments(-1, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Segments(0, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Segments(0, 1.1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldBeFitForLogsAndForJson() throws Exception {
    Segment segment = new Segment(2, 4.5, "EXIT", 5);

    assertThat(segment).hasToString("2.000–4.500 s: 'EXIT' (5 frames)");
    assertThat(new ObjectMapper().writeValueAsString(List.of(segment)))
        .isEqualTo("[{\"startSeconds\":2.0,\"endSeconds\":4.5,\"value\":\"EXIT\",\"frames\":5}]");
  }

  /**
   * Distances as the literature has them: kitten to sitting takes 3 edits, Saturday to Sunday 3.
   */
  @ParameterizedTest
  @CsvSource({
    "kitten, sitting, 3, 7",
    "Saturday, Sunday, 3, 8",
    "a, b, 1, 1",
    "abc, abc, 0, 3",
    "'', abc, 3, 3"
  })
  void shouldCountEdits(String a, String b, int edits, int longer) {
    double likeness = 1 - (double) edits / longer;
    for (double least : new double[] {1e-9, likeness / 2 + 1e-9, Math.max(likeness, 1e-9)}) {
      assertThat(Likeness.of(a, b, least)).isCloseTo(likeness, within(1e-12));
      assertThat(Likeness.of(b, a, least)).isCloseTo(likeness, within(1e-12));
    }
    if (edits > 0) {
      assertThat(Likeness.of(a, b, Math.min(1, likeness + 0.01))).isZero();
    }
  }

  /** The whole table, as Wagner and Fischer have it, against the part that is looked at. */
  @Test
  void shouldFindTheDistanceInAPartOfTheTable() {
    Random random = new Random(3);
    for (int round = 0; round < 3000; round++) {
      String a = letters(random, random.nextInt(14));
      String b = letters(random, random.nextInt(14));
      int longer = Math.max(1, Math.max(a.length(), b.length()));
      double least = (1 + random.nextInt(longer)) / (double) longer;
      double likeness = 1 - distance(a, b) / (double) longer;
      assertThat(Likeness.of(a, b, least))
          .as("%s, %s, %s", a, b, least)
          .isCloseTo(likeness > least - 1e-6 ? likeness : 0, within(1e-9));
    }
  }

  private static String letters(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(3)));
    }
    return text.toString();
  }

  private static int distance(String a, String b) {
    int[][] table = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        int replaced = i == 0 || j == 0 ? i + j : table[i - 1][j - 1];
        if (i > 0 && j > 0) {
          replaced += a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
          replaced = Math.min(replaced, 1 + Math.min(table[i - 1][j], table[i][j - 1]));
        }
        table[i][j] = replaced;
      }
    }
    return table[a.length()][b.length()];
  }

  @Test
  void shouldNotSpendTimeOnTextsWithoutEnd() {
    String text = "a".repeat(1_000_000);

    assertThat(Likeness.of(text, text, 0.5)).isEqualTo(1);
    assertThat(Likeness.of(text, text + "b", 0.5)).isZero();
  }

  /** The whole table of each pair would take most of a minute, on the thread of a route. */
  @ParameterizedTest
  @CsvSource({"0.8", "0.01"})
  @Timeout(5)
  void shouldNotSpendTimeOnManyLongTexts(double minLikeness) {
    Random random = new Random(4);
    Segments alike = new Segments(0, minLikeness);
    alike.add(0, Stream.generate(() -> letters(random, 300)).limit(200).toList());
    String same = "z".repeat(300);
    alike.add(1, List.of(same));
    List<String> full =
        new ArrayList<>(Stream.generate(() -> letters(random, 300)).limit(200).toList());
    full.add(same);
    alike.add(2, full);
    alike.add(3, Stream.generate(() -> letters(random, 300)).limit(200).toList());

    assertThat(alike.list()).contains(new Segment(1, 3, same, 2));
  }
}
