package io.gpuinfer.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoissonArrivalsTest {

  private static final int COUNT = 200_000;
  private static final double PER_SECOND = 50;

  @Test
  void shouldArriveAsOftenAsAsked() {
    long[] times = times(COUNT, 1);

    assertThat(COUNT / (times[COUNT - 1] / 1e9)).isCloseTo(PER_SECOND, within(0.5));
    assertThat(times).isSorted();
  }

  @Test
  void shouldLeaveGapsThatAreExponentiallyDistributed() {
    double[] gaps = gaps(times(COUNT, 2));

    double mean = mean(gaps);
    double variance = 0;
    int long3 = 0;
    for (double gap : gaps) {
      variance += (gap - mean) * (gap - mean) / gaps.length;
      if (gap > 3 * mean) {
        long3++;
      }
    }
    // An exponential distribution scatters as much as its mean, and exceeds it threefold e^-3
    // often.
    assertThat(Math.sqrt(variance) / mean).isCloseTo(1, within(0.02));
    assertThat((double) long3 / gaps.length).isCloseTo(Math.exp(-3), within(0.003));
  }

  @Test
  void shouldScatterCountsAsMuchAsTheyAreLarge() {
    int seconds = COUNT / (int) PER_SECOND;
    double[] counts = new double[seconds];
    for (long time : times(COUNT, 3)) {
      int second = (int) (time / 1_000_000_000L);
      if (second < seconds) {
        counts[second]++;
      }
    }

    double mean = mean(counts);
    double variance = 0;
    for (double count : counts) {
      variance += (count - mean) * (count - mean) / counts.length;
    }
    assertThat(variance / mean).isCloseTo(1, within(0.1));
  }

  @Test
  void shouldRepeatItselfWithTheSameSeedAlone() {
    assertThat(times(100, 4)).isEqualTo(times(100, 4)).isNotEqualTo(times(100, 5));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN})
  void shouldRefuseARateThatIsNone(double perSecond) {
    assertThatThrownBy(() -> new PoissonArrivals(perSecond, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static long[] times(int count, long seed) {
    PoissonArrivals arrivals = new PoissonArrivals(PER_SECOND, seed);
    return LongStream.generate(arrivals::next).limit(count).toArray();
  }

  private static double[] gaps(long[] times) {
    double[] gaps = new double[times.length - 1];
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = times[i + 1] - times[i];
    }
    return gaps;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
