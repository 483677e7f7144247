package io.gpuinfer.tasks.tensor;

import io.gpuinfer.engine.InvalidInputException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What stands before the elements of a NumPy file (NumPy Enhancement Proposal 1, "A Simple File
 * Format for NumPy Arrays", format versions 1 to 3): a magic, a version, a length, and a dictionary
 * in the words of Python.
 *
 * @param type of the elements
 * @param order of an element's bytes
 * @param byColumns whether the first axis varies fastest, as in Fortran, and not the last
 * @param shape extents
 */
record NpyHeader(NpyType type, ByteOrder order, boolean byColumns, List<Long> shape) {

  /** What NumPy itself takes at most, from a file that is not trusted. */
  private static final int LONGEST = 10_000;

  /** What an array of NumPy has at most. */
  private static final int MOST_AXES = 64;

  /** Where elements begin, in bytes: at a multiple of this. */
  private static final int ALIGNMENT = 64;

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  private static final Pattern ENTRY =
      Pattern.compile(
          "\\s*['\"](\\w+)['\"]\\s*:\\s*"
              + "(?:['\"]([^'\"]*)['\"]|(True|False)|\\(([\\dL,\\s]*)\\))\\s*,?");

  private static final Set<String> KEYS = Set.of("descr", "fortran_order", "shape");

  NpyHeader {
    shape = List.copyOf(shape);
  }

  /** Whether a file begins like a NumPy array. */
  static boolean begins(byte... file) {
    return file.length >= MAGIC.length
        && Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /**
   * Reads a header, and nothing beyond it.
   *
   * @throws InvalidInputException when it is none, or describes what no tensor can hold
   */
  static NpyHeader read(InputStream file) throws IOException {
    DataInputStream data = new DataInputStream(file);
    try {
      if (!begins(data.readNBytes(MAGIC.length))) {
        throw new InvalidInputException("It is no NumPy array: it does not begin like one");
      }
      int version = data.readUnsignedByte();
      data.readUnsignedByte();
      if (version < 1 || version > 3) {
        throw new InvalidInputException(
            "It is a NumPy array of format version %d; there are 1 to 3".formatted(version));
      }
      ByteBuffer length = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      data.readFully(length.array(), 0, version == 1 ? Short.BYTES : Integer.BYTES);
      long bytes = Integer.toUnsignedLong(length.getInt());
      if (bytes > LONGEST) {
        throw new InvalidInputException(
            "The header of the NumPy array has %d bytes; the limit is %d"
                .formatted(bytes, LONGEST));
      }
      byte[] text = new byte[(int) bytes];
      data.readFully(text);
      return parse(
          new String(text, version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1));
    } catch (EOFException e) {
      throw new InvalidInputException("The NumPy array ends within its header", e);
    }
  }

  /** The header as a file of format version 1 begins with it. */
  byte[] toBytes() {
    String tuple =
        shape.stream()
            .map(dim -> dim + (shape.size() == 1 ? "," : ""))
            .collect(Collectors.joining(", "));
    String dictionary =
        "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }"
            .formatted(type.description(), byColumns ? "True" : "False", tuple);
    int before = MAGIC.length + 2 + Short.BYTES;
    int length = (before + dictionary.length() + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
    ByteBuffer header = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    header.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (length - before));
    header.put(dictionary.getBytes(StandardCharsets.US_ASCII));
    while (header.remaining() > 1) {
      header.put((byte) ' ');
    }
    return header.put((byte) '\n').array();
  }

  /** The shape, as the methods of tensors take it. */
  long[] extents() {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }

  private static NpyHeader parse(String text) {
    String dictionary = text.strip();
    if (!dictionary.startsWith("{") || !dictionary.endsWith("}")) {
      throw unreadable(text);
    }
    Map<String, String> values = new HashMap<>();
    Matcher entry = ENTRY.matcher(dictionary).region(1, dictionary.length() - 1);
    while (entry.lookingAt()) {
      String value = entry.group(2) != null ? entry.group(2) : entry.group(3);
      if (values.put(entry.group(1), value != null ? value : entry.group(4)) != null) {
        throw unreadable(text);
      }
      entry.region(entry.end(), dictionary.length() - 1);
    }
    String rest = dictionary.substring(entry.regionStart(), dictionary.length() - 1);
    if (rest.matches("\\s*'descr'\\s*:\\s*\\[.*")) {
      throw new InvalidInputException(
          "A structured NumPy array is no tensor: save its fields apart");
    }
    if (!rest.isBlank() || !values.keySet().equals(KEYS)) {
      throw unreadable(text);
    }
    String descr = values.get("descr");
    boolean named = !descr.isEmpty() && "<>|=".indexOf(descr.charAt(0)) >= 0;
    return new NpyHeader(
        NpyType.ofCode(named ? descr.substring(1) : descr),
        descr.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN,
        values.get("fortran_order").equals("True"),
        shape(values.get("shape"), text));
  }

  private static List<Long> shape(String tuple, String header) {
    try {
      List<Long> shape =
          Arrays.stream(tuple.split(","))
              .map(String::strip)
              .filter(dim -> !dim.isEmpty())
              // Python 2 wrote 3L.
              .map(
                  dim -> Long.valueOf(dim.endsWith("L") ? dim.substring(0, dim.length() - 1) : dim))
              .toList();
      if (shape.size() <= MOST_AXES) {
        return shape;
      }
    } catch (NumberFormatException e) {
      // Reported below, as too many axes are.
    }
    throw unreadable(header);
  }

  private static InvalidInputException unreadable(String header) {
    return new InvalidInputException(
        "The header of the NumPy array cannot be read: "
            + header.strip().substring(0, Math.min(200, header.strip().length())));
  }
}
