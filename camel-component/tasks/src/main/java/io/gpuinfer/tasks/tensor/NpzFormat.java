package io.gpuinfer.tasks.tensor;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Arrays by name as {@code numpy.savez} and {@code savez_compressed} write them: a ZIP file, in
 * which each entry is an array as {@link NpyFormat} reads it. Entries are never written to a disk,
 * and their names name arrays and nothing else.
 */
public final class NpzFormat {

  private static final String SUFFIX = ".npy";
  private static final int MOST_ARRAYS = 256;
  private static final int LONGEST_NAME = 256;

  /** The earliest that a ZIP file can tell, so that equal arrays make equal files. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private NpzFormat() {}

  /** Whether a file begins like a ZIP file. */
  public static boolean recognises(byte[] file) {
    return file.length > 3
        && file[0] == 'P'
        && file[1] == 'K'
        && ((file[2] == 3 && file[3] == 4) || (file[2] == 5 && file[3] == 6));
  }

  /**
   * Reads all arrays of a file. What is compressed is inflated only as far as the arrays' shapes
   * say, and these only as far as the limit goes.
   *
   * @param maxBytes that the tensors may take together
   * @return the arrays by name, in the order of the file
   * @throws InvalidInputException when it cannot be read, is larger, or has more than 256 arrays
   */
  public static Map<String, Tensor> read(byte[] file, long maxBytes) {
    ByteBudget budget = new ByteBudget(maxBytes);
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (arrays.size() == MOST_ARRAYS) {
          throw new InvalidInputException(
              "The NumPy archive holds more than %d arrays".formatted(MOST_ARRAYS));
        }
        String name = nameOf(entry);
        if (arrays.containsKey(name)) {
          throw new InvalidInputException(
              "The NumPy archive holds two arrays of the name '%s'".formatted(name));
        }
        arrays.put(name, array(name, zip, budget));
      }
    } catch (IOException | IllegalArgumentException e) {
      // The latter: names that are not in the encoding that they claim.
      throw new InvalidInputException("The NumPy archive is damaged: " + e.getMessage(), e);
    }
    return arrays;
  }

  /** A file of arrays by name, not compressed, as {@code numpy.savez} does. */
  public static byte[] write(Map<String, Tensor> arrays) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(file)) {
      zip.setLevel(Deflater.NO_COMPRESSION);
      for (Map.Entry<String, Tensor> array : arrays.entrySet()) {
        ZipEntry entry = new ZipEntry(array.getKey() + SUFFIX);
        entry.setTimeLocal(NO_TIME);
        zip.putNextEntry(entry);
        NpyFormat.write(array.getValue(), zip);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  private static Tensor array(String name, ZipInputStream zip, ByteBudget budget)
      throws IOException {
    try {
      return NpyFormat.read(zip, budget);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("Array '%s': %s".formatted(name, e.getMessage()), e);
    }
  }

  private static String nameOf(ZipEntry entry) {
    String name = entry.getName();
    if (!name.endsWith(SUFFIX) || name.length() > LONGEST_NAME) {
      throw new InvalidInputException(
          "The NumPy archive holds '%s', which is no array's name"
              .formatted(name.substring(0, Math.min(LONGEST_NAME, name.length()))));
    }
    return name.substring(0, name.length() - SUFFIX.length());
  }
}
