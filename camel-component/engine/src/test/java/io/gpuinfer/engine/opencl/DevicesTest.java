package io.gpuinfer.engine.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.InferenceSession;
import io.gpuinfer.engine.LoadOptions;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.testing.ModelBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DevicesTest {

  private final OpenClEngine engine = new OpenClEngine();

  private static ModelSource relu() {
    ModelBuilder model = new ModelBuilder(13);
    String x = model.input("x", DataType.FLOAT32, 3);
    model.output(model.node("Relu", x).value(), DataType.FLOAT32);
    return model.source();
  }

  @Test
  void theDevicesPeaksAreMeasured() {
    DevicePeaks peaks = engine.peaks(0);

    // Wide bounds: what a slow core and a large GPU do.
    assertThat(peaks.flopsPerSecond()).isBetween(1e9, 1e15);
    assertThat(peaks.bytesPerSecond()).isBetween(1e8, 1e14);
  }

  @Test
  void everyDeviceIsListedWithWhatIsKnownOfIt() {
    List<DeviceInfo> devices = engine.devices();

    assertThat(devices).isNotEmpty();
    for (int i = 0; i < devices.size(); i++) {
      DeviceInfo device = devices.get(i);
      assertThat(device.index()).isEqualTo(i);
      assertThat(device.name()).isNotBlank();
      assertThat(device.driver()).contains("OpenCL");
      assertThat(device.memoryBytes()).isGreaterThan(64L << 20);
      assertThat(device.maxAllocationBytes()).isBetween(16L << 20, device.memoryBytes());
      assertThat(device.computeUnits()).isPositive();
    }
  }

  @Test
  void devicesAreListedBestFirst() {
    assertThat(engine.devices()).extracting(DeviceInfo::kind).isSorted();
  }

  @Test
  void aSessionNamesTheDeviceItIsOn() {
    int last = engine.devices().size() - 1;
    try (InferenceSession session =
        engine.load(relu(), LoadOptions.builder().device(last).build())) {
      assertThat(session.device()).isEqualTo(engine.devices().get(last));
      assertThat(session.describe().device()).isEqualTo(session.device());
      assertThat(session.describe().engine()).isEqualTo("opencl");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1000})
  void aDeviceThatIsNotThereIsRefusedWithWhatIsThere(int index) {
    LoadOptions options = LoadOptions.builder().device(index).build();

    assertThatThrownBy(() -> engine.load(relu(), options))
        .isInstanceOf(DeviceOfflineException.class)
        .hasMessageContaining(Integer.toString(index))
        .hasMessageContaining(engine.devices().get(0).name());
  }
}
