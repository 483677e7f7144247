package io.gpuinfer.engine.kernel;

import com.aparapi.Range;

/**
 * What a {@code com.aparapi.Kernel} implements so that requests can be answered by it.
 *
 * <p>A request is answered in three steps, one request at a time: its values are put into the
 * fields that are marked as {@link Input}; {@link #prepare} makes room for the answer and says how
 * many work items there are; the kernel runs, and the fields marked as {@link Output} are the
 * answer.
 *
 * <pre>{@code
 * public class Doubled extends Kernel implements RouteKernel {
 *   @Input float[] numbers;
 *   @Output float[] doubled;
 *
 *   public Range prepare() {
 *     doubled = new float[numbers.length];
 *     return Range.create(numbers.length);
 *   }
 *
 *   public void run() {
 *     int i = getGlobalId();
 *     doubled[i] = 2 * numbers[i];
 *   }
 * }
 * }</pre>
 *
 * <p>Each device has a kernel of its own: another instance of the class, or a clone of the bean.
 * Clones share the arrays that the bean had, so arrays that a kernel writes to are made in {@link
 * #prepare}.
 */
public interface RouteKernel {

  /**
   * Checks a request's values, which are in the fields, and makes arrays for the answer.
   *
   * <p>A device does not check indices: an index out of an array's bounds reads and writes memory
   * of others, or ends the process. So whatever a request could bring about is to be refused here.
   *
   * @return how many work items there are; without a device, as it is to run on any
   * @throws io.gpuinfer.engine.InvalidInputException when the values do not fit each other
   */
  Range prepare();

  /**
   * How often the kernel runs for a request, after {@link #prepare}; {@code getPassId()} counts
   * from 0. All work items have ended a pass before the next one begins.
   */
  default int passes() {
    return 1;
  }
}
