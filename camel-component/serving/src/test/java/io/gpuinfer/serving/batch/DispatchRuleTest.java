package io.gpuinfer.serving.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.serving.Priority;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DispatchRuleTest {

  private static final long MILLI = 1_000_000;
  private static final long CYCLE = 50 * MILLI;

  private final BatchTimes times = new BatchTimes(new WorkEstimate());
  private final DispatchRule rule = new DispatchRule(Duration.ofMillis(10));
  private long now;

  @Test
  void shouldNotWaitBeforeItKnowsWhetherAnybodyComes() {
    know(1, 20);
    rule.free(now);

    assertThat(startBy(1)).isEqualTo(now);
  }

  @Test
  void shouldWaitWhileTheNextIsWorthMoreThanTheWait() {
    know(0, 20);
    usually(10, MILLI); // one comes each millisecond after a batch

    // (n + 1) · 1 ms + n · 0 < 20 ms: for 18 it pays, for 20 it does not.
    rule.free(now);
    assertThat(startBy(1)).isGreaterThan(now);
    assertThat(startBy(18)).isGreaterThan(now);
    assertThat(startBy(20)).isEqualTo(now);
  }

  @Test
  void shouldCountTheTimeByWhichTheNextProlongsTheBatch() {
    know(2, 20);
    usually(10, MILLI);

    // (n + 1) · 1 ms + n · 2 ms < 20 ms: for 6 it pays, for 7 no more.
    rule.free(now);
    assertThat(startBy(5)).isGreaterThan(now);
    assertThat(startBy(8)).isEqualTo(now);
  }

  @Test
  void shouldNotWaitWhereARunCostsNothingOfItsOwn() {
    know(2, 0.001);
    usually(10, MILLI);
    rule.free(now);

    assertThat(startBy(1)).isEqualTo(now);
  }

  @Test
  void shouldNotWaitForMoreThanUsuallyCome() {
    know(0.1, 20);
    usually(4, MILLI / 10);
    rule.free(now);
    assertThat(startBy(1)).isGreaterThan(now);

    IntStream.range(0, 4)
        .forEach(
            i -> {
              now += MILLI / 10;
              rule.arrived(now);
            });

    assertThat(startBy(4)).isEqualTo(now);
  }

  @Test
  void shouldGiveUpSoonAfterTheTimeWithinWhichTheyUsuallyCome() {
    know(0.1, 20);
    usually(4, MILLI / 10);
    rule.free(now);

    assertThat(startBy(1) - now).isBetween(MILLI * 4 / 10, MILLI);
    now += MILLI;
    assertThat(startBy(1)).isLessThanOrEqualTo(now);
  }

  @Test
  void shouldNeverWaitLongerThanTheLongestDelay() {
    know(0, 1000);
    usually(10, MILLI);
    rule.free(now);

    assertThat(startBy(1)).isEqualTo(now + 10 * MILLI);
  }

  @Test
  void shouldNeverWaitWhenTheLongestDelayIsNothing() {
    DispatchRule never = new DispatchRule(Duration.ZERO);
    know(0, 20);
    for (int i = 0; i < 50; i++) {
      never.free(i * CYCLE);
      never.arrived(i * CYCLE);
      never.arrived(i * CYCLE);
    }
    never.free(50 * CYCLE);

    assertThat(never.startBy(Jobs.batch(1), 1, times, 50 * CYCLE)).isEqualTo(50 * CYCLE);
  }

  @Test
  void shouldUnlearnCallersThatComeNoMore() {
    know(0.1, 20);
    usually(10, MILLI);
    for (int i = 0; i < 50; i++) {
      now += CYCLE;
      rule.free(now);
    }

    assertThat(startBy(1)).isEqualTo(now);
  }

  @Test
  void shouldLeaveHalfOfTheTimeToADeadline() {
    know(0, 20);
    usually(10, MILLI);
    rule.free(now);
    Batch hurried = new Batch(Jobs.part(Priority.NORMAL, now + 43 * MILLI));

    long start = rule.startBy(hurried, 1, times, now);

    assertThat(start - now).isBetween(2 * MILLI, 4 * MILLI);
  }

  /** Lets so many come after each batch, one every so many nanoseconds. */
  private void usually(int count, long gap) {
    for (int i = 0; i < 50; i++) {
      rule.free(now);
      for (int arrival = 1; arrival <= count; arrival++) {
        rule.arrived(now + arrival * gap);
      }
      now += CYCLE;
    }
  }

  private long startBy(int requests) {
    Part[] parts = new Part[requests];
    for (int i = 0; i < requests; i++) {
      parts[i] = Jobs.part(Jobs.row(1));
    }
    return rule.startBy(Jobs.batch(parts), requests, times, now);
  }

  private void know(double perElement, double perRun) {
    for (int i = 0; i < 2000; i++) {
      int rows = 1 + i % 50;
      times.learn(
          Jobs.batch(rows), Jobs.execution(0), (long) ((perElement * rows + perRun) * MILLI));
    }
  }
}
