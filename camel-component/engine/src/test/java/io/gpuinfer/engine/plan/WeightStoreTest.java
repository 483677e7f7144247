package io.gpuinfer.engine.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.DeviceClass;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WeightStoreTest {

  private static final int MIB = 1 << 20;
  private static final int ELEMENT_BITS = 29;

  private final Target target = new Target(DeviceClass.SIMD, 16, 1, Target.JAVA_ARRAY_SKEW);
  private final WeightStore weights = new WeightStore(target);

  /** Shards of 1 MiB. */
  private final WeightStore small = new WeightStore(target.withLargestBuffer(MIB));

  private static Tensor tensor(int elements, float value) {
    float[] values = new float[elements];
    Arrays.fill(values, value);
    return Tensor.wrap(values, elements);
  }

  private static List<float[]> written(WeightStore store) {
    List<float[]> shards = new ArrayList<>();
    for (long size : store.sizes()) {
      shards.add(new float[(int) size]);
    }
    store.writeTo(shards);
    return shards;
  }

  @Test
  void aTensorOverTwoGibibytesIsRefusedBeforeItIsMade() {
    byte[] bytes = new byte[Buffer.MAX_ELEMENTS]; // half a GiB here, two on the device
    Tensor tensor = Tensor.wrap(DataType.UINT8, bytes, bytes.length);

    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> weights.packed(tensor, "any", () -> fail("made all the same")))
        .withMessageContaining("[" + bytes.length + "]")
        .withMessageContaining("2047 MiB")
        .withMessageContaining("four bytes");
  }

  @Test
  void halvesAreKeptAsFloats() {
    Tensor tensor = Tensor.rounded(DataType.FLOAT16, new float[] {1.5f, -2}, 2);

    int offset = (int) weights.raw(tensor);
    float[] array = written(weights).get(0);

    assertThat(array[offset]).isEqualTo(1.5f);
    assertThat(array[offset + 1]).isEqualTo(-2);
  }

  @Test
  void whatOneBufferDoesNotHoldGoesOnInTheNext() {
    int elements = MIB / Float.BYTES * 2 / 5;
    long[] offsets = new long[7];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = small.raw(tensor(elements, i + 1)); // shard 0 has zeros besides
    }

    List<float[]> shards = written(small);

    assertThat(shards).hasSize(Buffer.MAX_SHARDS);
    for (int i = 0; i < offsets.length; i++) {
      int from = (int) offsets[i] & ((1 << ELEMENT_BITS) - 1);
      float[] shard = shards.get((int) (offsets[i] >> ELEMENT_BITS));
      assertThat(Arrays.copyOfRange(shard, from, from + elements)).containsOnly(i + 1);
      assertThat(target.align(from)).isEqualTo(from);
    }
    assertThat(shards).allSatisfy(shard -> assertThat(shard).hasSizeLessThan(MIB / Float.BYTES));
  }

  @Test
  void aSmallTensorFillsAnEarlierShardUp() {
    small.raw(tensor(MIB / Float.BYTES - 1000, 1));

    assertThat(small.raw(tensor(1000, 2))).isLessThan(1 << ELEMENT_BITS);
  }

  @Test
  void whatWasWrittenIsNotWrittenAgain() {
    int offset = (int) small.raw(tensor(3, 1));
    List<float[]> shards = written(small);
    shards.get(0)[offset] = 5;

    small.writeTo(shards);

    assertThat(shards.get(0)[offset]).isEqualTo(5);
  }

  @Test
  void moreThanAllBuffersHoldIsRefusedWithNumbers() {
    int elements = MIB / Float.BYTES * 3 / 4;
    for (int i = 0; i < Buffer.MAX_SHARDS; i++) {
      small.raw(tensor(elements, i));
    }

    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> small.raw(tensor(elements, 9)))
        .withMessageContaining("over 3 MiB")
        .withMessageContaining("4 buffers");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void aReferenceTellsTheShard(int shard) {
    int reference = Buffer.WEIGHTS.at(Buffer.inShard(shard, 77));

    int number = reference >>> ELEMENT_BITS;
    assertThat(reference & ((1 << ELEMENT_BITS) - 1)).isEqualTo(77);
    assertThat(number).isEqualTo(shard == 0 ? 1 : 4 + shard);
  }

  @Test
  void otherBuffersHaveNoShards() {
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> Buffer.ARENA.at(Buffer.inShard(1, 0)));
    assertThatExceptionOfType(ModelLoadException.class)
        .isThrownBy(() -> Buffer.WEIGHTS.at(Buffer.inShard(Buffer.MAX_SHARDS, 0)));
  }
}
