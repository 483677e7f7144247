package io.gpuinfer.engine.kernel;

import com.aparapi.Kernel;
import com.aparapi.Range;

/**
 * A function from {@code float[]} to a {@code float[]} of the same length, as short as it can be
 * written for Aparapi to translate it:
 *
 * <pre>{@code
 * new FloatKernel() {
 *   public float apply(float[] in, int i) {
 *     return in[i] > 0 ? in[i] : 0.1f * in[i];
 *   }
 * }
 * }</pre>
 *
 * <p>It is no functional interface: Aparapi reads class files, and a lambda has none. Numbers and
 * arrays of the place where it is written may be used in it, and the functions of {@code Kernel},
 * such as {@code sqrt}.
 */
public abstract class FloatKernel extends Kernel implements RouteKernel {

  @Input protected float[] in;
  @Output protected float[] out;

  /**
   * One element of the answer.
   *
   * @param in all elements of the request
   * @param i which element, from 0 to {@code in.length - 1}
   */
  public abstract float apply(float[] in, int i);

  @Override
  public Range prepare() {
    out = new float[in.length];
    return Range.create(in.length);
  }

  @Override
  public void run() {
    int i = getGlobalId();
    out[i] = apply(in, i);
  }
}
