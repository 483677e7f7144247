package io.gpuinfer.serving.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CoDelTest {

  private static final long MILLI = Duration.ofMillis(1).toNanos();
  private static final double BATCH = 10.0 * MILLI;

  private final CoDel codel = new CoDel();
  private long now;

  @Test
  void shouldTellAStandingQueueFromABurst() {
    take(200 * MILLI, 10);
    take(1 * MILLI, 1);
    take(200 * MILLI, 10);
    assertThat(codel.isOverloaded()).as("one of them did not wait").isFalse();

    take(200 * MILLI, 30);

    assertThat(codel.isOverloaded()).isTrue();
  }

  @Test
  void shouldNotTakeTheWorkOfTwoBatchesForAQueue() {
    take(19 * MILLI, 100);
    assertThat(codel.isOverloaded()).isFalse();

    take(21 * MILLI, 100);

    assertThat(codel.isOverloaded()).isTrue();
    assertThat(codel.patience()).isEqualTo(40 * MILLI);
  }

  @Test
  void shouldAllowASmallPartOfTheTimeThatRequestsHave() {
    codel.admitted(400 * MILLI);
    take(99 * MILLI, 100);
    assertThat(codel.isOverloaded()).isFalse();

    take(101 * MILLI, 100);

    assertThat(codel.isOverloaded()).isTrue();
  }

  @Test
  void shouldBoundTheTimeOfRequestsWithoutADeadline() {
    codel.admitted(Long.MAX_VALUE);
    take(Duration.ofMinutes(14).toNanos(), 100);
    assertThat(codel.isOverloaded()).isFalse();
    take(Duration.ofMinutes(16).toNanos(), 100);
    assertThat(codel.isOverloaded()).isTrue();
  }

  @Test
  void shouldBeRelievedByOneThatHardlyWaitedAndByAnEmptyQueueAtOnce() {
    take(200 * MILLI, 100);
    take(1 * MILLI, 1);
    take(200 * MILLI, 25);
    assertThat(codel.isOverloaded()).as("an interval later").isTrue();

    codel.emptied();

    assertThat(codel.isOverloaded()).isFalse();
  }

  private void take(long waited, int times) {
    for (int i = 0; i < times; i++) {
      now += 10 * MILLI;
      codel.taken(waited, BATCH, now);
    }
  }
}
