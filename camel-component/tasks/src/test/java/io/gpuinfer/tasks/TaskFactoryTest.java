package io.gpuinfer.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.InferenceEngine;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.onnxruntime.OnnxRuntimeEngine;
import io.gpuinfer.serving.device.DevicePolicy;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.embedding.EmbeddingTask;
import io.gpuinfer.tasks.tensor.TensorTask;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TaskFactoryTest {

  private static final DeviceInfo DEVICE =
      new DeviceInfo(0, "counting", DeviceKind.GPU, 1, 1, 1, "test");

  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();

  @Test
  void shouldTakeTheTaskFromTheEntryUnlessToldOtherwise() {
    ModelEntry minilm = Devices.minilm(Map.of());
    ModelEntry raw = new ModelEntry("raw", "1", "EMBEDDING", minilm.files(), Map.of());

    try (Task automatic = Devices.task(raw, "cpu");
        Task told =
            new TaskFactory(DevicePolicy.installed())
                .create(TaskType.TENSOR, raw, Devices.options("cpu"), Runnable::run)) {
      assertThat(automatic).isInstanceOf(EmbeddingTask.class);
      assertThat(told).isInstanceOf(TensorTask.class);
      assertThat(told.servers()).singleElement().extracting(s -> s.name()).isEqualTo("raw/model");
    }
  }

  @Test
  void shouldRefuseATaskItDoesNotKnow() {
    ModelEntry singing = new ModelEntry("m", "1", "singing", Map.of(), Map.of());

    assertThatThrownBy(() -> Devices.task(singing, "cpu"))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("singing")
        .hasMessageContaining("OCR");
  }

  @Test
  void shouldRefuseADeviceThatIsNotThere() {
    assertThatThrownBy(() -> Devices.task(TinyModel.negation(), "no such device"))
        .isInstanceOf(DeviceOfflineException.class)
        .hasMessageContaining("ONNX Runtime");
  }

  @Test
  void shouldRefuseDamagedModels() {
    for (byte[] damaged :
        List.of(new byte[0], new byte[1000], "no model".getBytes(StandardCharsets.UTF_8))) {
      ModelEntry entry =
          new ModelEntry(
              "m", "1", "tensor", Map.of("model", ModelSource.of("m.onnx", damaged)), Map.of());
      assertThat(Devices.all())
          .allSatisfy(
              device ->
                  assertThatThrownBy(() -> Devices.task(entry, device))
                      .isInstanceOf(ModelLoadException.class)
                      .hasMessageContaining("m.onnx"));
    }
  }

  /** The first models of the task load; the last file is missing. */
  @Test
  void shouldGiveBackWhatItLoadedWhenTheRestFails() {
    ModelEntry whole = Devices.ppocr(Map.of());
    Map<String, ModelSource> files =
        Map.of("detection", whole.file("detection"), "recognition", whole.file("recognition"));
    ModelEntry incomplete = new ModelEntry("ppocr", "4", "ocr", files, Map.of());
    TaskFactory factory = new TaskFactory(new DevicePolicy(counting(), new OnnxRuntimeEngine()));

    assertThatThrownBy(
            () -> factory.create(TaskType.AUTO, incomplete, Devices.options("gpu"), Runnable::run))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("keys");
    assertThat(mostOpen).hasPositiveValue();
    assertThat(open).hasValue(0);
  }

  /** As where a native library is not there, or memory is short. */
  @Test
  void shouldGiveBackWhatItLoadedWhenTheNextIsAnError() {
    TaskFactory factory =
        new TaskFactory(
            new DevicePolicy(
                counting(
                    session -> {
                      if (mostOpen.get() > 1) {
                        throw new UnsatisfiedLinkError("no library");
                      }
                    }),
                new OnnxRuntimeEngine()));

    assertThatThrownBy(
            () ->
                factory.create(
                    TaskType.AUTO, Devices.ppocr(Map.of()), Devices.options("gpu"), Runnable::run))
        .isInstanceOf(UnsatisfiedLinkError.class);
    assertThat(open).hasValue(1); // what was being loaded when it failed
  }

  private InferenceEngine counting() {
    return counting(session -> {});
  }

  /**
   * The host engine in disguise, which counts its open sessions.
   *
   * @param onLoaded is given each
   */
  private InferenceEngine counting(Consumer<InferenceSession> onLoaded) {
    OnnxRuntimeEngine host = new OnnxRuntimeEngine();
    return new InferenceEngine() {
      @Override
      public String name() {
        return "counting";
      }

      @Override
      public List<DeviceInfo> devices() {
        return List.of(DEVICE);
      }

      @Override
      public InferenceSession load(ModelSource source, LoadOptions options) {
        InferenceSession session = host.load(source, options);
        mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
        onLoaded.accept(session);
        return (InferenceSession)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {InferenceSession.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("close")) {
                    open.decrementAndGet();
                  }
                  try {
                    return method.invoke(session, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
      }
    };
  }
}
