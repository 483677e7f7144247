package io.gpuinfer.engine.testing;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.Tensor;
import java.util.Random;

/** Tensors of random numbers, the same for the same seed. */
public final class RandomTensors {

  private final Random random;

  public RandomTensors(long seed) {
    random = new Random(seed);
  }

  /** Normally distributed around 0. */
  public Tensor normal(long... shape) {
    float[] values = new float[Tensor.sizeOf(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.wrap(values, shape);
  }

  /** Evenly distributed from {@code low} to {@code high}. */
  public Tensor uniform(float low, float high, long... shape) {
    float[] values = new float[Tensor.sizeOf(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = low + (high - low) * random.nextFloat();
    }
    return Tensor.wrap(values, shape);
  }

  /** {@code INT64}, from {@code low} to below {@code high}. */
  public Tensor integers(int low, int high, long... shape) {
    long[] values = new long[Tensor.sizeOf(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (long) low + random.nextInt(high - low);
    }
    return Tensor.wrap(values, shape);
  }

  /** {@code INT32}, from {@code low} to below {@code high}. */
  public Tensor ints(int low, int high, long... shape) {
    int[] values = new int[Tensor.sizeOf(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = low + random.nextInt(high - low);
    }
    return Tensor.wrap(values, shape);
  }

  /**
   * @param type {@code UINT8} or {@code INT8}
   * @param low the smallest element
   * @param high above the largest
   */
  public Tensor bytes(DataType type, int low, int high, long... shape) {
    byte[] values = new byte[Tensor.sizeOf(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) (low + random.nextInt(high - low));
    }
    return Tensor.wrap(type, values, shape);
  }

  public Tensor booleans(long... shape) {
    byte[] values = new byte[Tensor.sizeOf(shape)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) random.nextInt(2);
    }
    return Tensor.wrap(DataType.BOOL, values, shape);
  }
}
