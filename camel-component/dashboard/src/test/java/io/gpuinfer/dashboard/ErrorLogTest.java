package io.gpuinfer.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.OverloadedException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class ErrorLogTest {

  private Instant now = Instant.ofEpochMilli(1_000_000);
  private final ErrorLog log =
      new ErrorLog(
          new Clock() {
            @Override
            public Instant instant() {
              return now;
            }

            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }
          });

  @Test
  void shouldKeepAFloodFromHidingTheRest() {
    log.add("m", new InvalidInputException("no picture"));
    for (int i = 0; i < 1000; i++) {
      now = now.plusMillis(1);
      log.add("m", new OverloadedException("full " + i, Duration.ofMillis(1)));
    }

    assertThat(log.latest()).hasSize(2);
    ErrorLog.Entry flood = log.latest().get(0);
    assertThat(flood.kind()).isEqualTo("Overloaded");
    assertThat(flood.count()).isEqualTo(1000);
    assertThat(flood.message()).isEqualTo("full 999");
    assertThat(flood.at() - flood.firstAt()).isEqualTo(999);
    assertThat(flood.advice()).isNotEmpty();
  }

  @Test
  void shouldKeepNoMoreThanFifty() {
    for (int i = 0; i < 80; i++) {
      log.add("m" + i, new InvalidInputException("no picture"));
    }

    assertThat(log.latest()).hasSize(50);
    assertThat(log.latest()).noneMatch(entry -> entry.model().equals("m0"));
  }

  @Test
  void shouldBeginAnewAfterAMinute() {
    log.add("m", new InvalidInputException("no picture"));
    now = now.plusSeconds(61);
    log.add("m", new InvalidInputException("no picture"));

    assertThat(log.latest()).hasSize(2);
  }

  @Test
  void shouldTellNothingOfAFaultOfTheProgram() {
    log.add("m", new IllegalStateException("/secret/path"));

    assertThat(log.latest().get(0).message()).doesNotContain("secret");
  }
}
