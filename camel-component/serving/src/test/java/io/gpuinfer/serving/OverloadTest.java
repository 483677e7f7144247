package io.gpuinfer.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpuinfer.serving.device.SessionLoader;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * More is asked for than can be done: of one device, in virtual time, by requests that come at
 * random whatever becomes of them, 10 of 100 of high priority, 60 of normal and 30 of low.
 *
 * <p>The peak is what 32 callers get out of the server that each wait for their answer.
 */
class OverloadTest {

  private static final Duration DEADLINE = Duration.ofMillis(500);
  private static final Duration TIME = Duration.ofSeconds(30);

  /** Until then the server learns what batches take. */
  private static final Duration WARM = Duration.ofSeconds(2);

  private static final int CALLERS = 32;

  /** Devices on which a run costs far more than its rows, about as much, and far less. */
  @ParameterizedTest(name = "{0} ms a row, {1} ms a run")
  @CsvSource({"0.2, 8", "1, 8", "4, 10", "8, 0.8", "2, 60"})
  void shouldDoWhatItCanAndShedLowPriorityFirst(double perRow, double perRun) {
    double peak = peak(perRow, perRun);
    double batch = CALLERS * perRow + perRun;
    double calm = 0;

    for (double times : new double[] {0.2, 0.7, 1.5, 2, 8, 10}) {
      Traffic traffic = open(perRow, perRun, times * peak);
      shouldKeepItsGoodput(traffic, peak, times);
      if (times < 1) {
        calm = traffic.p99(Priority.HIGH, WARM);
      } else if (times < 10) {
        shouldShedLowPriorityFirst(traffic);
        assertThat(traffic.p99(Priority.HIGH, WARM)).isLessThan(1.5 * calm + batch);
      } else {
        // High priority alone is as much as the device can do: there is nobody else to shed.
        assertThat(traffic.answered(Priority.HIGH, WARM)).isGreaterThan(0.95);
      }
    }
  }

  private static void shouldKeepItsGoodput(Traffic traffic, double peak, double times) {
    assertThat(traffic.goodput(WARM, TIME) / peak)
        .as("goodput at %.1f times the peak of %.0f a second: %s", times, peak, traffic)
        .isGreaterThan(0.95 * Math.min(1, times));
    for (Priority priority : Priority.values()) {
      assertThat(traffic.p99(priority, WARM))
          .as("p99 of %s at %.1f times the peak", priority, times)
          .isLessThanOrEqualTo(DEADLINE.toMillis());
    }
  }

  private static void shouldShedLowPriorityFirst(Traffic traffic) {
    assertThat(traffic.answered(Priority.HIGH, WARM)).isGreaterThan(0.99);
    assertThat(traffic.answered(Priority.NORMAL, WARM))
        .isLessThanOrEqualTo(traffic.answered(Priority.HIGH, WARM))
        .isGreaterThan(traffic.answered(Priority.LOW, WARM));
  }

  @Test
  void shouldAnswerAllWhileThereIsRoom() {
    double peak = peak(1, 8);

    Traffic traffic = open(1, 8, 0.7 * peak);

    for (Priority priority : Priority.values()) {
      assertThat(traffic.answered(priority, Duration.ZERO)).isEqualTo(1);
      assertThat(traffic.p99(priority, WARM)).isLessThan(50);
    }
  }

  @ParameterizedTest(name = "{0} ms a row, {1} ms a run, {2} times the peak")
  @CsvSource({"0.2, 8, 1.5", "1, 8, 1.5", "1, 8, 0.7", "8, 0.8, 1.5"})
  void shouldFollowADeviceThatBecomesSlowAndComeBackWithIt(
      double perRow, double perRun, double times) {
    double peak = peak(perRow, perRun);
    VirtualThreads threads = new VirtualThreads();
    VirtualDevices devices = devices(threads, perRow, perRun);
    ModelServer server = server(threads, devices);
    Duration slow = Duration.ofSeconds(10);
    Duration fast = Duration.ofSeconds(20);
    threads.schedule(slow.toNanos(), () -> devices.slowness = 4);
    threads.schedule(fast.toNanos(), () -> devices.slowness = 1);

    Traffic traffic = new Traffic(threads, server, 7, DEADLINE).open(times * peak, TIME);

    assertThat(traffic.goodput(slow.plus(WARM), fast)).isGreaterThan(0.8 * peak / 4);
    assertThat(traffic.goodput(fast.plus(WARM), TIME))
        .isGreaterThan(0.9 * peak * Math.min(1, times));
  }

  private static double peak(double perRow, double perRun) {
    VirtualThreads threads = new VirtualThreads();
    return new Traffic(threads, server(threads, devices(threads, perRow, perRun)), 7, TIME)
        .closed(CALLERS, TIME)
        .goodput(WARM, TIME);
  }

  private static Traffic open(double perRow, double perRun, double rate) {
    VirtualThreads threads = new VirtualThreads();
    return new Traffic(threads, server(threads, devices(threads, perRow, perRun)), 7, DEADLINE)
        .open(rate, TIME);
  }

  private static VirtualDevices devices(VirtualThreads threads, double perRow, double perRun) {
    VirtualDevices devices = new VirtualDevices(threads, 1);
    devices.perRow = perRow * VirtualDevices.MILLI;
    devices.perRun = perRun * VirtualDevices.MILLI;
    return devices;
  }

  private static ModelServer server(VirtualThreads threads, VirtualDevices devices) {
    ServerConfig config = ServerConfig.builder("model", "1").maxBatchSize(CALLERS).build();
    return new ModelServer(
        config, List.of((SessionLoader) devices::load), threads, ServerListener.NONE);
  }
}
