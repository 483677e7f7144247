package io.gpuinfer.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.FaultDrill;
import io.gpuinfer.serving.ModelServer;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.ServerState;
import io.gpuinfer.serving.repository.ModelEntry;
import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A device that really refuses to run, and recovers. */
@EnabledIf("hasDevice")
class DeviceDrillTest {

  private static final int INVALID_WORK_GROUP_SIZE = -54;

  private final FaultDrill drill = new FaultDrill();

  static boolean hasDevice() {
    return Devices.all().anyMatch("opencl"::equals);
  }

  @ParameterizedTest
  @ValueSource(strings = {"embedding", "ocr"})
  void shouldGoOfflineWithTheDriversErrorAndComeBackByItself(String kind) {
    ModelEntry entry = kind.equals("ocr") ? Devices.ppocr(Map.of()) : Devices.minilm(Map.of());
    Object body =
        kind.equals("ocr") ? new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB) : "A text.";
    try (Task task =
        Devices.task(
            entry,
            ServingOptions.builder("opencl")
                .queueCapacity(8)
                .maxBatchSize(4)
                .drill(drill)
                .build())) {
      assertThat(submit(task, body)).isNull();

      drill.start();
      assertThat(submit(task, body))
          .isInstanceOfSatisfying(
              DeviceOfflineException.class,
              e -> assertThat(e.status()).isEqualTo(INVALID_WORK_GROUP_SIZE));
      assertThat(task.servers()).anyMatch(s -> s.state() == ServerState.OFFLINE);
      assertThat(submit(task, body)).isInstanceOf(DeviceOfflineException.class);

      drill.stop();
      await().atMost(Duration.ofSeconds(60)).until(() -> submit(task, body) == null);
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () ->
                  assertThat(task.servers())
                      .extracting(ModelServer::state)
                      .isSubsetOf(ServerState.STABLE, ServerState.DEGRADED));
    }
  }

  /** What runs when a device hangs is answered by the watchdog; nobody waits for the device. */
  @Test
  void shouldAnswerWithoutADeviceThatHangsAndComeBackByItself() {
    try (Task task =
        Devices.task(
            Devices.minilm(Map.of()),
            ServingOptions.builder("opencl")
                .watchdog(Duration.ofSeconds(1))
                .drill(drill)
                .build())) {
      assertThat(submit(task, "A text.")).isNull();

      drill.hang();
      assertThat(submit(task, "A text."))
          .isInstanceOf(DeviceOfflineException.class)
          .hasMessageContaining("did not answer within");
      assertThat(task.servers()).allMatch(s -> s.state() == ServerState.OFFLINE);
      assertThat(submit(task, "A text.")).isInstanceOf(DeviceOfflineException.class);

      drill.stop();
      await().atMost(Duration.ofSeconds(60)).until(() -> submit(task, "A text.") == null);
    } finally {
      drill.stop();
    }
  }

  /** Why a call failed; null when it did not. */
  private static Throwable submit(Task task, Object body) {
    return task.submit(body, TaskCall.of(Priority.NORMAL))
        .handle(
            (result, failure) ->
                failure instanceof CompletionException ? failure.getCause() : failure)
        .toCompletableFuture()
        .join();
  }
}
