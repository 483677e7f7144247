package io.gpuinfer.serving.admission;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AdaptiveLimitTest {

  private final AdaptiveLimit limit = new AdaptiveLimit(4, 100);

  @Test
  void shouldLetInAllToBeginWith() {
    assertThat(limit.limit()).isEqualTo(100);
    assertThat(limit.isReduced()).isFalse();
  }

  @Test
  void shouldGoDownByAsMuchAsBatchesAreSlowButByHalfAtMost() {
    limit.batchEnded(1.6);
    assertThat(limit.limit()).isEqualTo(62);
    limit.batchEnded(10);
    assertThat(limit.limit()).isEqualTo(31);
    assertThat(limit.isReduced()).isTrue();
  }

  @Test
  void shouldLeaveSomeInHoweverSlowItIs() {
    for (int i = 0; i < 100; i++) {
      limit.batchEnded(10);
    }

    assertThat(limit.limit()).isEqualTo(4);
  }

  @Test
  void shouldComeBackBitByBit() {
    for (int i = 0; i < 100; i++) {
      limit.batchEnded(10);
    }

    limit.batchEnded(1);
    assertThat(limit.limit()).isEqualTo(6);
    for (int i = 0; i < 100; i++) {
      limit.batchEnded(1.4);
    }
    assertThat(limit.limit()).isEqualTo(100);
  }

  @Test
  void shouldNeverBeAboveTheMost() {
    assertThat(new AdaptiveLimit(8, 3).limit()).isEqualTo(3);
  }
}
