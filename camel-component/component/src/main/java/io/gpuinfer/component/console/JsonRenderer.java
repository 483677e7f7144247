package io.gpuinfer.component.console;

import java.util.List;
import java.util.Map;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;

/** Writes sections for programs. */
public final class JsonRenderer {

  /** A section as an object of its values. */
  public JsonObject render(Section section) {
    return object(section.values());
  }

  private JsonObject object(Map<?, ?> values) {
    JsonObject json = new JsonObject();
    values.forEach((name, value) -> json.put(name.toString(), value(value)));
    return json;
  }

  private Object value(Object value) {
    if (value instanceof Section section) {
      return render(section);
    }
    if (value instanceof Map<?, ?> map) {
      return object(map);
    }
    if (value instanceof List<?> list) {
      JsonArray array = new JsonArray();
      list.forEach(item -> array.add(value(item)));
      return array;
    }
    return value;
  }
}
