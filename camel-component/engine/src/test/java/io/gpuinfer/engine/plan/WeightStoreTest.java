package io.gpuinfer.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import org.junit.jupiter.api.Test;

class WeightStoreTest {

  private final WeightStore weights = new WeightStore(new Target(DeviceClass.SIMD, 16, 1, 0));

  @Test
  void weightsOverTwoGibibytesAreRefusedBeforeTheyAreMade() {
    byte[] bytes = new byte[Buffer.MAX_ELEMENTS]; // half a GiB here, two on the device
    Tensor tensor = Tensor.wrap(DataType.UINT8, bytes, bytes.length);

    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> weights.packed(tensor, "any", () -> fail("made all the same")))
        .withMessageContaining("2 GiB")
        .withMessageContaining("four bytes");
  }

  @Test
  void halvesAreKeptAsFloats() {
    Tensor tensor = Tensor.rounded(DataType.FLOAT16, new float[] {1.5f, -2}, 2);

    int offset = (int) weights.raw(tensor);
    float[] array = new float[(int) weights.size()];
    weights.writeTo(array);

    assertThat(array[offset]).isEqualTo(1.5f);
    assertThat(array[offset + 1]).isEqualTo(-2);
  }
}
