package io.gpuinfer.serving.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.InferenceEngine;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DevicePolicyTest {

  private static final DeviceInfo GPU = device(0, "NVIDIA H200", DeviceKind.GPU);
  private static final DeviceInfo POCL = device(1, "pthread-skylake", DeviceKind.OPENCL_CPU);
  private static final DeviceInfo HOST = device(0, "host", DeviceKind.HOST_CPU);

  @ParameterizedTest
  @CsvSource({
    "gpu, opencl, NVIDIA H200",
    "GPU, opencl, NVIDIA H200",
    "opencl, opencl, NVIDIA H200",
    "cpu, onnxruntime, host",
    "auto, opencl, NVIDIA H200",
    "0, opencl, NVIDIA H200",
    "1, opencl, pthread-skylake",
    "h200, opencl, NVIDIA H200",
    "Skylake, opencl, pthread-skylake",
    "host, onnxruntime, host",
  })
  void shouldChooseWhatTheWishDescribes(String wish, String engine, String device) {
    ChosenDevice chosen = policy(GPU, POCL).choose(wish);

    assertThat(chosen.engine().name()).isEqualTo(engine);
    assertThat(chosen.device().name()).isEqualTo(device);
  }

  @Test
  void shouldRefuseGpuWithoutOneAndNameWhatWasFound() {
    assertThatThrownBy(() -> policy(POCL).choose("gpu"))
        .isInstanceOf(DeviceOfflineException.class)
        .hasMessageContaining("GPU")
        .hasMessageContaining("pthread-skylake")
        .hasMessageContaining("host");
  }

  @Test
  void shouldTakeTheOpenClProcessorAutomaticallyWithoutAGpu() {
    assertThat(policy(POCL).choose("auto").device()).isEqualTo(POCL);
    assertThat(policy(POCL).choose("opencl").device()).isEqualTo(POCL);
  }

  @Test
  void shouldTakeTheHostAutomaticallyWithoutOpenCl() {
    assertThat(policy().choose("auto").device()).isEqualTo(HOST);
  }

  @ParameterizedTest
  @CsvSource({"opencl", "7", "radeon", "''"})
  void shouldRefuseWhatIsNotThere(String wish) {
    assertThatThrownBy(() -> policy().choose(wish)).isInstanceOf(DeviceOfflineException.class);
  }

  private static DevicePolicy policy(DeviceInfo... opencl) {
    return new DevicePolicy(engine("opencl", opencl), engine("onnxruntime", HOST));
  }

  private static DeviceInfo device(int index, String name, DeviceKind kind) {
    return new DeviceInfo(index, name, kind, 1L << 30, 1L << 28, 8, "test");
  }

  private static InferenceEngine engine(String name, DeviceInfo... devices) {
    return new InferenceEngine() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public List<DeviceInfo> devices() {
        return List.of(devices);
      }

      @Override
      public InferenceSession load(ModelSource source, LoadOptions options) {
        throw new UnsupportedOperationException();
      }
    };
  }
}
