package io.gpuinfer.serving.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A YAML file of limited size that knows on which line each of its values stands. */
final class YamlDocument {

  private static final int LONGEST = 256 * 1024;
  private static final int DEEPEST = 8;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String where;
  private final JsonNode content;
  private final Map<String, Integer> lines = new HashMap<>();

  private YamlDocument(String where, String text) {
    this.where = where;
    this.content = JSON.valueToTree(yaml().load(text));
    Node root = yaml().compose(new StringReader(text));
    if (root != null) {
      locate(root, "");
    }
  }

  /**
   * Reads a document.
   *
   * @param where the file's name in messages
   * @throws ModelLoadException when it cannot be read, is over a limit, or is no YAML
   */
  static YamlDocument read(ModelSource source, String where) {
    try (InputStream stream = source.opener().open()) {
      byte[] bytes = stream.readNBytes(LONGEST + 1);
      if (bytes.length > LONGEST) {
        throw new ModelLoadException(where + " is longer than " + LONGEST + " bytes");
      }
      return new YamlDocument(where, text(bytes, where));
    } catch (MarkedYAMLException e) {
      // Its own message quotes the lines around, which a log does not need.
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      throw new ModelLoadException(place(where, line) + ": " + e.getProblem(), e);
    } catch (YAMLException | IOException | IllegalArgumentException e) {
      throw new ModelLoadException("Cannot read " + where + ": " + e.getMessage(), e);
    }
  }

  /** What it holds. */
  JsonNode content() {
    return content;
  }

  /**
   * Where a value stands, for messages: file and line.
   *
   * @param pointer a JSON pointer to the value; what is not there stands where its parent does
   */
  String origin(String pointer) {
    String known = pointer;
    while (!lines.containsKey(known) && !known.isEmpty()) {
      known = known.substring(0, known.lastIndexOf('/'));
    }
    return place(where, lines.getOrDefault(known, 1));
  }

  private static String place(String where, int line) {
    return "%s, line %d".formatted(where, line);
  }

  private static String text(byte[] bytes, String where) {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(rest).toString();
    } catch (CharacterCodingException e) {
      int line = 1;
      for (int i = 0; i < rest.position(); i++) {
        line += bytes[i] == '\n' ? 1 : 0;
      }
      throw new ModelLoadException(
          place(where, line) + ": it is not written in UTF-8; save it in that encoding", e);
    }
  }

  private static Yaml yaml() {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(LONGEST);
    limits.setNestingDepthLimit(DEEPEST);
    limits.setMaxAliasesForCollections(0);
    limits.setAllowDuplicateKeys(false);
    return new Yaml(new SafeConstructor(limits));
  }

  private void locate(Node node, String pointer) {
    lines.putIfAbsent(pointer, node.getStartMark().getLine() + 1);
    if (node instanceof MappingNode mapping) {
      for (NodeTuple entry : mapping.getValue()) {
        if (entry.getKeyNode() instanceof ScalarNode key) {
          String child = pointer + "/" + key.getValue().replace("~", "~0").replace("/", "~1");
          lines.put(child, key.getStartMark().getLine() + 1);
          locate(entry.getValueNode(), child);
        }
      }
    } else if (node instanceof SequenceNode sequence) {
      for (int i = 0; i < sequence.getValue().size(); i++) {
        locate(sequence.getValue().get(i), pointer + "/" + i);
      }
    }
  }
}
