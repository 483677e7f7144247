package io.gpuinfer.engine.operators;

import io.gpuinfer.engine.DataType;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.Tensor;
import io.gpuinfer.engine.program.Builder;
import io.gpuinfer.engine.program.Shapes;
import io.gpuinfer.engine.program.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Windows, Mel filters and discrete Fourier transforms. A transform is a product with a constant
 * matrix: signals of models are short, and a product is what the device does best.
 */
final class SpectralOperators {

  /** The largest matrix or window, in elements. */
  private static final long MAX_ELEMENTS = 1 << 26;

  private static final String MATRIX = "its matrix has at most " + MAX_ELEMENTS + " elements";

  private SpectralOperators() {}

  static void addTo(Map<String, Operator> all) {
    all.put("HannWindow", call -> window(call, 0.5, 0.5, 0));
    all.put("HammingWindow", call -> window(call, 25.0 / 46, 21.0 / 46, 0));
    all.put("BlackmanWindow", call -> window(call, 0.42, 0.5, 0.08));
    all.put("MelWeightMatrix", SpectralOperators::melWeights);
    all.put("DFT", new Limited("no inverse of one side; " + MATRIX, SpectralOperators::dft));
    all.put("STFT", new Limited("real signals alone; " + MATRIX, SpectralOperators::stft));
  }

  /** {@code a − b·cos(2πi/n) + c·cos(4πi/n)}. */
  private static List<Value> window(Call call, double a, double b, double c) {
    int size = count(call, 0);
    boolean periodic = call.attributes().flag("periodic", true);
    double step = 2 * Math.PI / (periodic ? size : Math.max(size - 1, 1));
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (a - b * Math.cos(step * i) + c * Math.cos(2 * step * i));
    }
    return List.of(constant(call, "output_datatype", values, size));
  }

  private static Value constant(Call call, String type, float[] values, long... shape) {
    Value real = call.builder().constant(Tensor.wrap(values, shape), false);
    DataType to = DataType.ofOnnx(call.attributes().intOr(type, DataType.FLOAT32.onnx()));
    return ElementwiseOperators.cast(call.builder(), real, to);
  }

  /** A positive number that must be known. */
  private static int count(Call call, int index) {
    long[] known = call.known(index);
    if (known.length != 1 || known[0] < 1 || known[0] > MAX_ELEMENTS) {
      throw new ModelLoadException(
          "Node '"
              + call.node().name()
              + "': input "
              + index
              + " should be a positive number but is "
              + Arrays.toString(known));
    }
    return (int) known[0];
  }

  /** Triangles that are evenly spaced on the Mel scale: {@code [spectrogram bins, Mel bins]}. */
  private static List<Value> melWeights(Call call) {
    int bands = count(call, 0);
    int bins = count(call, 1) / 2 + 1;
    double rate = count(call, 2);
    refuseLarge(call, (long) bands * bins);
    call.known(3);
    call.known(4);
    double low = mel(call.input(3).constant().doubleAt(0));
    double high = mel(call.input(4).constant().doubleAt(0));
    int[] edges = new int[bands + 2]; // in bins: where a triangle starts, peaks and ends
    for (int i = 0; i < edges.length; i++) {
      double hertz = 700 * (Math.pow(10, (low + i * (high - low) / edges.length) / 2595) - 1);
      edges[i] = (int) Math.floor((count(call, 1) + 1) * hertz / rate);
    }
    float[] weights = new float[bins * bands];
    for (int band = 0; band < bands; band++) {
      double start = edges[band];
      int peak = edges[band + 1];
      double end = edges[band + 2];
      int last = (int) Math.min(Math.max(end - 1, peak), bins - 1);
      for (int bin = (int) Math.max(start, 0); bin <= last; bin++) {
        double rising = (bin - start) / (peak - start);
        double falling = (end - bin) / (end - peak);
        double weight = bin < peak ? rising : bin == peak ? 1 : falling;
        weights[bin * bands + band] = (float) weight;
      }
    }
    return List.of(constant(call, "output_datatype", weights, bins, bands));
  }

  private static double mel(double hertz) {
    return 2595 * Math.log10(1 + hertz / 700);
  }

  private static void refuseLarge(Call call, long elements) {
    if (elements > MAX_ELEMENTS) {
      throw call.builder().refusal("its matrix would have " + elements + " elements");
    }
  }

  /** Over one axis of {@code [batch, …, 1 or 2]}; the last axis holds real and imaginary parts. */
  private static List<Value> dft(Call call) {
    Value data = call.input(0);
    Builder builder = call.builder();
    int rank = data.rank();
    boolean listed = call.opset() >= 20;
    long wanted = !listed ? call.attributes().integer("axis", 1) : call.has(2) ? one(call, 2) : -2;
    int axis = Shapes.axis(wanted, rank);
    if (rank < 3 || axis == rank - 1 || data.dim(-1) > 2) {
      throw call.builder().refusal("it transforms no axis " + axis + " of " + data);
    }
    boolean inverse = call.attributes().flag("inverse", false);
    boolean onesided = call.attributes().flag("onesided", false);
    if (inverse && onesided) {
      throw call.builder().refusal("an inverse transform of one side is not supported");
    }
    int length = call.has(1) ? count(call, 1) : data.dim(axis);
    int[] swap = IntStream.range(0, rank).toArray();
    swap[axis] = rank - 2;
    swap[rank - 2] = axis;
    Value rows = builder.transpose(data, swap);
    int bins = onesided ? length / 2 + 1 : length;
    Value result = transform(call, rows, length, bins, inverse);
    return List.of(builder.transpose(result, swap));
  }

  private static long one(Call call, int index) {
    return call.known(index)[0];
  }

  /**
   * {@code [B, length, 1 or 2]} cut into frames, each transformed: {@code [B, frames, bins, 2]}.
   */
  private static List<Value> stft(Call call) {
    Builder builder = call.builder();
    Value signal = call.input(0);
    if (signal.rank() != 3 || signal.dim(2) != 1) {
      throw call.builder()
          .refusal("its signal is " + signal + ", but only real ones are supported");
    }
    int step = count(call, 1);
    int length = call.has(3) ? count(call, 3) : call.has(2) ? call.input(2).dim(0) : signal.dim(1);
    int frames = (signal.dim(1) - length) / step + 1;
    if (length > signal.dim(1)) {
      throw call.builder().refusal("frames of " + length + " are longer than " + signal);
    }
    int[] strides = {signal.dim(1), step, 1, 1};
    Value framed = builder.box(signal, 0, strides, signal.dim(0), frames, length, 1);
    if (call.has(2)) {
      Value window = builder.reshape(call.input(2), length, 1);
      framed = new Arithmetic(builder).mul(framed, window);
    }
    int bins = call.attributes().flag("onesided", true) ? length / 2 + 1 : length;
    return List.of(transform(call, framed, length, bins, false));
  }

  /**
   * {@code […, n, 1 or 2]} to {@code […, bins, 2]}: the first {@code length} of n, or zeros added
   * to n.
   */
  private static Value transform(Call call, Value data, int length, int bins, boolean inverse) {
    Builder builder = call.builder();
    int n = data.dim(-2);
    int parts = data.dim(-1);
    refuseLarge(call, (long) n * parts * bins * 2);
    int[] shape = data.shape();
    int outer = Shapes.product(shape, 0, shape.length - 2);
    Value matrix =
        builder.derive(
            "dft " + n + " " + parts + " " + length + " " + bins + " " + inverse,
            none -> matrix(n, parts, length, bins, inverse));
    Value rows = builder.reshape(data, outer, n * parts);
    Value product = MatrixOperators.product(call, rows, matrix);
    shape[shape.length - 2] = bins;
    shape[shape.length - 1] = 2;
    return builder.reshape(product, shape);
  }

  /** {@code [n·parts, bins·2]}: what each part of each element adds to each part of each bin. */
  private static Tensor matrix(int n, int parts, int length, int bins, boolean inverse) {
    float[] values = new float[n * parts * bins * 2];
    double scale = inverse ? 1.0 / length : 1;
    for (int k = 0; k < Math.min(n, length); k++) {
      for (int bin = 0; bin < bins; bin++) {
        double angle = 2 * Math.PI * ((long) k * bin % length) / length * (inverse ? 1 : -1);
        int at = (k * parts * bins + bin) * 2;
        values[at] = (float) (scale * Math.cos(angle));
        values[at + 1] = (float) (scale * Math.sin(angle));
        if (parts == 2) {
          values[at + bins * 2] = (float) (-scale * Math.sin(angle));
          values[at + bins * 2 + 1] = (float) (scale * Math.cos(angle));
        }
      }
    }
    return Tensor.wrap(values, (long) n * parts, bins * 2L);
  }
}
