package io.gpuinfer.serving.repository;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The settings of a {@code model.yaml}, read from the JSON Schema that also checks it. */
public final class KnownSettings {

  private static final String PROPERTIES = "properties";
  private static final String SETTINGS = "settings";
  private static final String CONST = "const";
  private static final String ENUM = "enum";
  private static final Set<String> NO_SECTIONS = Set.of("task", "files", SETTINGS);

  private final JsonNode schema = DescriptionSchema.json();
  private final List<KnownSetting> found = new ArrayList<>();

  private KnownSettings() {}

  /** Every task that a description may name. */
  public static List<String> tasks() {
    return texts(DescriptionSchema.json().at("/properties/task/enum"));
  }

  /** The settings that only some tasks have, of one task, in the schema's order. */
  public static List<KnownSetting> ofTask(String task) {
    KnownSettings settings = new KnownSettings();
    for (JsonNode rule : settings.schema.path("allOf")) {
      JsonNode condition = rule.path("if").path(PROPERTIES).path("task");
      if (texts(condition.path(ENUM)).contains(task)
          || condition.path(CONST).asText().equals(task)) {
        settings.sections(rule.path("then").path(PROPERTIES), section -> true);
      }
    }
    return List.copyOf(settings.found);
  }

  /** The settings in sections that do not depend on the task, such as {@code limits}. */
  public static List<KnownSetting> ofAllTasks() {
    KnownSettings settings = new KnownSettings();
    settings.sections(settings.schema.path(PROPERTIES), section -> !NO_SECTIONS.contains(section));
    return List.copyOf(settings.found);
  }

  private void sections(JsonNode sections, Predicate<String> wanted) {
    sections
        .properties()
        .forEach(
            section -> {
              String name = section.getKey();
              if (wanted.test(name)) {
                collect(name.equals(SETTINGS) ? "" : name, section.getValue());
              }
            });
  }

  private void collect(String name, JsonNode described) {
    JsonNode target = resolved(described);
    if (target.has(PROPERTIES)) {
      target
          .get(PROPERTIES)
          .properties()
          .forEach(
              child ->
                  collect(
                      name.isEmpty() ? child.getKey() : name + "." + child.getKey(),
                      child.getValue()));
      return;
    }
    found.add(
        new KnownSetting(
            name,
            values(target),
            text(described.has("default") ? described.get("default") : target.path("default")),
            text(
                described.has("description")
                    ? described.get("description")
                    : target.path("description"))));
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? schema.at(node.get("$ref").asText().substring(1)) : node;
  }

  private String values(JsonNode node) {
    if (node.has(ENUM)) {
      return String.join(", ", texts(node.get(ENUM)));
    }
    for (String choice : List.of("oneOf", "anyOf")) {
      if (node.has(choice)) {
        return StreamSupport.stream(node.get(choice).spliterator(), false)
            .map(one -> values(resolved(one)))
            .collect(Collectors.joining(", or "));
      }
    }
    return switch (node.path("type").asText()) {
      case "boolean" -> "true, false";
      case "integer" -> "whole number" + bounds(node);
      case "number" -> "number" + bounds(node);
      case "array" -> "list: " + values(resolved(node.path("items")));
      default -> "text";
    };
  }

  private static String bounds(JsonNode node) {
    if (!node.has("minimum") || !node.has("maximum")) {
      return "";
    }
    return ", " + plain(node.get("minimum")) + " to " + plain(node.get("maximum"));
  }

  private static String plain(JsonNode number) {
    return number.decimalValue().stripTrailingZeros().toPlainString();
  }

  /** What stands in the schema as YAML would have it; nothing where it is missing. */
  private static String text(JsonNode node) {
    return node.isArray() ? String.join(", ", texts(node)) : node.asText();
  }

  private static List<String> texts(JsonNode array) {
    Set<String> texts = new LinkedHashSet<>();
    array.forEach(element -> texts.add(element.asText()));
    return List.copyOf(texts);
  }
}
