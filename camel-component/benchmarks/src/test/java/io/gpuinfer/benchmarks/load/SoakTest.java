package io.gpuinfer.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SoakTest {

  private static final long MIB = 1 << 20;

  @Test
  void shouldFindTheSlopeAndForgiveAnOutlier() {
    Trend trend = Trend.of(new double[] {0, 1, 2, 3, 4}, new double[] {10, 12, 99, 16, 18});

    assertThat(trend.slope()).isCloseTo(2, within(1e-9));
    assertThat(trend.change()).isCloseTo(8, within(1e-9));
    assertThat(trend.first()).isEqualTo(10);
    assertThat(trend.last()).isEqualTo(18);
    assertThat(trend.median()).isEqualTo(16);
  }

  @Test
  void shouldForgiveTheStartAndNoise() {
    assertThat(soak(i -> i < 4 ? i * 200L * MIB : 900 * MIB + i % 3 * MIB).flat()).isTrue();
  }

  @Test
  void shouldFindALeak() {
    assertThat(soak(i -> (400 + 3 * i) * MIB).flat()).isFalse();
  }

  private static Soak.Result soak(IntToLongFunction resident) {
    List<MemorySample> samples =
        IntStream.range(0, 30)
            .mapToObj(i -> new MemorySample(10 * i, 100 * MIB, resident.applyAsLong(i)))
            .toList();
    return new Soak.Result(null, samples);
  }
}
