package io.gpuinfer.tasks;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.serving.repository.ModelEntry;
import java.util.Arrays;
import java.util.Set;

/** Reads the settings of a model; what is wrong with one is said when the model is loaded. */
public final class Settings {

  private final ModelEntry entry;

  /**
   * @param known the settings that the task understands
   * @throws ModelLoadException when the entry has another one
   */
  public Settings(ModelEntry entry, String... known) {
    this.entry = entry;
    Set<String> understood = Set.of(known);
    for (String name : entry.settings().keySet()) {
      if (!understood.contains(name)) {
        throw new ModelLoadException(
            "Model %s has the setting '%s', which its task does not know; it knows %s"
                .formatted(entry.name(), name, Arrays.toString(known)));
      }
    }
  }

  public String text(String name, String otherwise) {
    return entry.settings().getOrDefault(name, otherwise);
  }

  /** A whole number within bounds, both included. */
  public int integer(String name, int otherwise, int lowest, int highest) {
    return (int) number(name, otherwise, lowest, highest);
  }

  /** A number within bounds, both included. */
  public double number(String name, double otherwise, double lowest, double highest) {
    String text = text(name, String.valueOf(otherwise));
    try {
      double value = Double.parseDouble(text);
      if (value >= lowest && value <= highest) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Reported below, as a number out of bounds is.
    }
    throw wrong(name, text, "a number from " + lowest + " to " + highest);
  }

  public boolean flag(String name, boolean otherwise) {
    String text = text(name, String.valueOf(otherwise));
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(name, text, "true or false");
    };
  }

  /** The constant of an enumeration whose name is the setting's text, in any case. */
  public <E extends Enum<E>> E choice(String name, E otherwise) {
    String text = text(name, otherwise.name());
    for (E choice : otherwise.getDeclaringClass().getEnumConstants()) {
      if (choice.name().equalsIgnoreCase(text)) {
        return choice;
      }
    }
    throw wrong(
        name, text, "one of " + Arrays.toString(otherwise.getDeclaringClass().getEnumConstants()));
  }

  private ModelLoadException wrong(String name, String text, String expected) {
    return new ModelLoadException(
        "The setting '%s' of model %s is '%s', but must be %s"
            .formatted(name, entry.name(), text, expected));
  }
}
