package io.gpuinfer.benchmarks;

import io.gpuinfer.engine.Tensor;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * A file of what another engine answered: of each output its shape, its largest element and a
 * sample of the others, which is small and yet has elements of every tile that a kernel computes.
 */
final class ExpectedAnswers {

  private static final int SAMPLED = 16384;
  private static final long SEED = 1;

  private ExpectedAnswers() {}

  /** Writes a file for outputs of FLOAT32, by name. */
  static void write(Path file, Map<String, Tensor> outputs) throws IOException {
    try (DataOutputStream stream =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      stream.writeInt(outputs.size());
      for (Map.Entry<String, Tensor> entry : outputs.entrySet()) {
        Tensor output = entry.getValue();
        stream.writeUTF(entry.getKey());
        stream.writeInt(output.shape().length);
        for (long extent : output.shape()) {
          stream.writeLong(extent);
        }
        int[] positions = positions(output);
        stream.writeInt(positions.length);
        for (int position : positions) {
          stream.writeInt(position);
          stream.writeFloat((float) output.doubleAt(position));
        }
      }
    }
  }

  /** The error of outputs as {@link WorstError} has it, at the elements that the file tells. */
  static double error(Path file, Map<String, Tensor> ours) throws IOException {
    Map<String, Tensor> expected = new HashMap<>();
    Map<String, Tensor> found = new HashMap<>(ours);
    try (DataInputStream stream =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      for (int outputs = stream.readInt(); outputs > 0; outputs--) {
        String name = stream.readUTF();
        long[] shape = new long[stream.readInt()];
        for (int i = 0; i < shape.length; i++) {
          shape[i] = stream.readLong();
        }
        Tensor output = ours.get(name);
        boolean comparable = output != null && Arrays.equals(output.shape(), shape);
        float[] values = new float[stream.readInt()];
        float[] own = new float[comparable ? values.length : 0];
        for (int i = 0; i < values.length; i++) {
          int position = stream.readInt();
          values[i] = stream.readFloat();
          if (comparable) {
            own[i] = (float) output.doubleAt(position);
          }
        }
        expected.put(name, Tensor.wrap(values, values.length));
        found.replace(name, Tensor.wrap(own, own.length));
      }
    }
    return WorstError.of(found, expected);
  }

  /** The largest element, by which small ones are measured, and all or a sample of the rest. */
  private static int[] positions(Tensor output) {
    int size = output.size();
    int largest = 0;
    for (int i = 1; i < size; i++) {
      if (Math.abs(output.doubleAt(i)) > Math.abs(output.doubleAt(largest))) {
        largest = i;
      }
    }
    int[] positions = new int[1 + Math.min(size, SAMPLED)];
    positions[0] = largest;
    Random random = new Random(SEED);
    for (int i = 1; i < positions.length; i++) {
      positions[i] = size > SAMPLED ? random.nextInt(size) : i - 1;
    }
    return positions;
  }
}
