package io.gpuinfer.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.serving.Priority;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RequestSequenceTest {

  private static final int COUNT = 30_000;

  @Test
  void shouldMixPrioritiesAsAsked() {
    Map<Priority, Long> counts =
        take(COUNT, 1).stream()
            .map(Request::priority)
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

    assertThat(counts.get(Priority.HIGH) / (double) COUNT).isCloseTo(0.05, within(0.01));
    assertThat(counts.get(Priority.NORMAL) / (double) COUNT).isCloseTo(0.65, within(0.01));
    assertThat(counts.get(Priority.LOW) / (double) COUNT).isCloseTo(0.3, within(0.01));
  }

  @Test
  void shouldTakeAllTextsInTurn() {
    assertThat(take(5, 1)).extracting(Request::body).containsExactly("a", "b", "c", "a", "b");
  }

  @Test
  void shouldRepeatItselfWithTheSameSeedAlone() {
    assertThat(take(100, 1)).isEqualTo(take(100, 1)).isNotEqualTo(take(100, 2));
  }

  @Test
  void shouldRefuseSharesThatAreNoWhole() {
    assertThatThrownBy(() -> new PriorityMix(10, 60, 40))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<Request> take(int count, long seed) {
    RequestSequence requests =
        new RequestSequence(List.of("a", "b", "c"), PriorityMix.DEFAULT, seed);
    return Stream.generate(requests::next).limit(count).toList();
  }
}
