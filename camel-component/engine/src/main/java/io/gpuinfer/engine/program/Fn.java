package io.gpuinfer.engine.program;

import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * A scalar function with its two bodies: OpenCL C for the device, Java for folding on the host.
 *
 * <p>In {@code device}, {@code $0}, {@code $1}, … stand for the arguments, which are of type {@code
 * V} (float) or {@code I} (int, also for booleans: 0 or 1): sixteen lanes in the {@code simd}
 * class, one in {@code simt}. See {@code common.cl} for the functions it may call.
 *
 * @param device expression in OpenCL C
 * @param integerDevice the same over integers
 * @param real the host's body over floating-point arguments
 * @param integer the host's body over integers, or null when the function has none
 */
public record Fn(
    String device,
    String integerDevice,
    ToDoubleFunction<double[]> real,
    ToLongFunction<long[]> integer) {

  // The functions that fusions recognise.
  public static final Fn ADD = new Fn("($0 + $1)", a -> a[0] + a[1], a -> a[0] + a[1]);
  public static final Fn SUB = new Fn("($0 - $1)", a -> a[0] - a[1], a -> a[0] - a[1]);
  public static final Fn MUL = new Fn("($0 * $1)", a -> a[0] * a[1], a -> a[0] * a[1]);
  public static final Fn DIV =
      new Fn("($0 / $1)", "i_div($0, $1)", a -> a[0] / a[1], a -> a[0] / a[1]);
  public static final Fn MIN =
      new Fn("min($0, $1)", a -> Math.min(a[0], a[1]), a -> Math.min(a[0], a[1]));
  public static final Fn MAX =
      new Fn("max($0, $1)", a -> Math.max(a[0], a[1]), a -> Math.max(a[0], a[1]));
  public static final Fn TO_REAL = new Fn("TO_V($0)", a -> a[0], a -> a[0]);
  public static final Fn SQUARE = new Fn("($0 * $0)", a -> a[0] * a[0], a -> a[0] * a[0]);
  public static final Fn SQRT = Fn.real("sqrt($0)", a -> Math.sqrt(a[0]));

  public Fn(String device, ToDoubleFunction<double[]> real, ToLongFunction<long[]> integer) {
    this(device, device, real, integer);
  }

  /** A function of floating-point numbers alone. */
  public static Fn real(String device, ToDoubleFunction<double[]> real) {
    return new Fn(device, real, null);
  }
}
