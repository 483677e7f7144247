package io.gpuinfer.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.component.GpuInferConstants;
import io.gpuinfer.engine.DeadlineExceededException;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.OverloadedException;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.ServerState;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class RecordingTest {

  private static final Request REQUEST = new Request("text", Priority.NORMAL);
  private static final long FROM = 1_000_000_000L;

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final Recording recording =
      new Recording(FROM, Duration.ofSeconds(2), Duration.ofMillis(500));

  @Test
  void shouldTellHowEachRequestEnded() {
    end(0, 10, answer(ServerState.STABLE));
    end(0, 10, failure(new OverloadedException("full", Duration.ofMillis(1))));
    end(0, 10, failure(new DeadlineExceededException("late")));
    end(0, 10, failure(new DeviceOfflineException("broken")));
    end(0, 10, failure(new DeviceOfflineException("broken again")));

    Measurement measured = recording.measurement();

    assertThat(measured.totals())
        .hasToString("sent 5 = answered 1 + rejected 1 + expired 1 + failed 2");
    assertThat(measured.totals().addUp()).isTrue();
    assertThat(measured.failures().values()).containsExactly(2L);
  }

  @Test
  void shouldMissARequestThatNeverEnds() {
    recording.sent(REQUEST);
    end(0, 10, answer(ServerState.STABLE));

    assertThat(recording.underWay()).isEqualTo(1);
    assertThat(recording.measurement().totals().addUp()).isFalse();
  }

  @Test
  void shouldNoticeARequestThatEndsTwiceAsAnotherNever() {
    recording.sent(new Request("text", Priority.HIGH));
    recording.sent(REQUEST);
    recording.ended(REQUEST, FROM, FROM, FROM, answer(ServerState.STABLE));
    recording.ended(REQUEST, FROM, FROM, FROM, answer(ServerState.STABLE));

    assertThat(recording.measurement().totals().addUp()).isFalse();
  }

  @Test
  void shouldCallGoodWhatCameInTimeAndWithinTheMeasuredTime() {
    end(-200, -100, answer(ServerState.STABLE));
    end(-100, 100, answer(ServerState.STABLE));
    end(1000, 1501, answer(ServerState.STABLE));
    end(1900, 2100, answer(ServerState.STABLE));

    Measurement measured = recording.measurement();

    assertThat(measured.good()).isEqualTo(1);
    assertThat(measured.goodput()).isEqualTo(0.5);
    assertThat(measured.answered().histogram().getTotalCount()).isEqualTo(3);
    assertThat(measured.totals().of(Outcome.ANSWERED)).isEqualTo(4);
  }

  @Test
  void shouldCountLatencyFromWhenTheRequestShouldHaveBeenSent() {
    recording.sent(REQUEST, FROM, at(300));
    recording.ended(REQUEST, FROM, at(300), at(310), answer(ServerState.STABLE));

    Measurement measured = recording.measurement();

    assertThat(measured.answered().millis(50)).isBetween(309.0, 311.0);
    assertThat(measured.lag().millis(50)).isBetween(299.0, 301.0);
  }

  @Test
  void shouldTakeTheTimesApartAndCountRunsThatAreShared() {
    for (int i = 0; i < 4; i++) {
      end(0, 100, answer(ServerState.DEGRADED));
    }

    ServedTimes.Sums served = recording.measurement().served();

    assertThat(served.runs()).isEqualTo(1);
    assertThat(served.meanBatch()).isEqualTo(4);
    assertThat(served.meanQueueMillis()).isEqualTo(20);
    assertThat(served.transferMillis()).isEqualTo(4 * 5);
    assertThat(served.computeMillis()).isEqualTo(4 * 45);
    assertThat(served.restMillis()).isEqualTo(4 * 30);
    assertThat(recording.measurement().states())
        .containsAllEntriesOf(Map.of(ServerState.STABLE, 0L, ServerState.DEGRADED, 4L));
  }

  private void end(int sentMillis, int endedMillis, Exchange exchange) {
    recording.sent(REQUEST);
    recording.ended(REQUEST, at(sentMillis), at(sentMillis), at(endedMillis), exchange);
  }

  private static long at(int millis) {
    return FROM + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private Exchange answer(ServerState state) {
    Exchange exchange = new DefaultExchange(context);
    exchange
        .getMessage()
        .setHeaders(
            Map.of(
                GpuInferConstants.BATCH_SIZE,
                4,
                GpuInferConstants.QUEUE_MILLIS,
                20.0,
                GpuInferConstants.COMPUTE_MILLIS,
                50.0,
                "CamelGpuInferTransferMillis",
                5.0,
                GpuInferConstants.STATE,
                state));
    return exchange;
  }

  private Exchange failure(Exception failure) {
    Exchange exchange = new DefaultExchange(context);
    exchange.setException(failure);
    return exchange;
  }
}
