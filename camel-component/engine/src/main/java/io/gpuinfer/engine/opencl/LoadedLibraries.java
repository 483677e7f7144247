package io.gpuinfer.engine.opencl;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The files that are mapped into this process, on Linux; elsewhere none. */
final class LoadedLibraries {

  private static final Path MAPS = Path.of("/proc/self/maps");

  /** Addresses from the first to the last, the last excluded. */
  private record Mapping(long from, long to, String file) {}

  private final List<Mapping> mappings = new ArrayList<>();

  private LoadedLibraries() {}

  static LoadedLibraries now() {
    LoadedLibraries libraries = new LoadedLibraries();
    try {
      Files.readString(MAPS, StandardCharsets.ISO_8859_1).lines().forEach(libraries::add);
    } catch (IOException e) {
      libraries.mappings.clear(); // another system
    }
    return libraries;
  }

  /** A line is {@code from-to permissions offset device inode file}; the file may be missing. */
  private void add(String line) {
    int dash = line.indexOf('-');
    int file = line.indexOf('/');
    if (dash > 0 && file > 0) {
      mappings.add(
          new Mapping(
              Long.parseUnsignedLong(line.substring(0, dash), 16),
              Long.parseUnsignedLong(line.substring(dash + 1, line.indexOf(' ')), 16),
              line.substring(file)));
    }
  }

  /** Paths of files whose names contain the text. */
  Set<String> named(String text) {
    Set<String> files = new LinkedHashSet<>();
    for (Mapping mapping : mappings) {
      if (name(mapping.file()).contains(text)) {
        files.add(mapping.file());
      }
    }
    return files;
  }

  /** The name of the file that is mapped at an address; empty when none is. */
  String nameAt(long address) {
    for (Mapping mapping : mappings) {
      if (Long.compareUnsigned(address, mapping.from()) >= 0
          && Long.compareUnsigned(address, mapping.to()) < 0) {
        return name(mapping.file());
      }
    }
    return "";
  }

  private static String name(String file) {
    return file.substring(file.lastIndexOf('/') + 1);
  }
}
