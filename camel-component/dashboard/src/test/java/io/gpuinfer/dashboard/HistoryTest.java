package io.gpuinfer.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.dashboard.Sample.ModelSample;
import io.gpuinfer.serving.ServerState;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HistoryTest {

  private static final ModelSample IDLE =
      new ModelSample(
          "m",
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          null,
          null,
          List.of(),
          0,
          1,
          0,
          0,
          ServerState.STABLE);

  private final History history = new History();

  @Test
  void shouldKeepAnHour() {
    for (int at = 0; at < 5000; at++) {
      history.add(second(at, 1));
    }

    List<Second> kept = history.latest(10_000);
    assertThat(kept).hasSize(3600);
    assertThat(kept.get(0).sample().at()).isEqualTo(1400);
    assertThat(history.latest(2))
        .extracting(each -> each.sample().at())
        .containsExactly(4998L, 4999L);
  }

  @Test
  void shouldKeepLessOfManyModels() {
    for (int at = 0; at < 3600; at++) {
      history.add(second(at, 1000));
    }

    assertThat(history.latest(3600)).hasSizeLessThan(101);
  }

  @Test
  void shouldTakeEverySoManyBackFromTheLatest() {
    for (int at = 0; at < 10; at++) {
      history.add(second(at, 1));
    }

    assertThat(LiveReport.of(history, 3, 4).samples())
        .extracting(Sample::at)
        .containsExactly(1L, 5L, 9L);
  }

  private static Second second(long at, int models) {
    return new Second(new Sample(at, Collections.nCopies(models, IDLE), List.of()), Map.of());
  }
}
