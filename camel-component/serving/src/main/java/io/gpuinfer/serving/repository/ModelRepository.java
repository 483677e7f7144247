package io.gpuinfer.serving.repository;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds models by name in a folder or on the class path.
 *
 * <p>A model is a folder {@code <root>/<name>/<version>/} with a {@code model.yaml}, or with a
 * single {@code *.onnx} file, whose inputs and outputs then tell what it does. Names and versions
 * are made of letters, digits, dots, underscores and hyphens.
 */
public final class ModelRepository {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");
  private static final Pattern NUMERIC = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})*");
  private static final String ONNX = ".onnx";

  /** Roles of files that are commonly found under these names. */
  private static final Map<String, String> WELL_KNOWN =
      Map.of("tokenizer.json", "tokenizer", "labels.txt", "labels");

  /** Names before numbers, and the highest number last. */
  private static final Comparator<String> ORDER =
      Comparator.comparing(ModelRepository::isNumeric)
          .thenComparing(ModelRepository::numbers, Arrays::compare)
          .thenComparing(Comparator.naturalOrder());

  private final ModelLocation location;

  private ModelRepository(ModelLocation location) {
    this.location = location;
  }

  /**
   * The repository in a place; whether it is there shows when a model is looked for.
   *
   * @param location a folder, a {@code file:} URI of one, or {@code classpath:} and a path
   */
  public static ModelRepository at(String location) {
    return new ModelRepository(ModelLocation.of(location));
  }

  /**
   * The model in a folder outside any repository, which is as one of a version. The folder above it
   * gives the model's name, and it the version.
   *
   * @throws ModelLoadException when there is no model, or its description is wrong
   */
  public static ModelEntry folder(Path folder) {
    Path version = folder.toAbsolutePath().normalize();
    Path model = version.getParent();
    if (model == null || model.getParent() == null) {
      throw new ModelLoadException(folder + " is no folder of a version of a model");
    }
    ModelRepository repository = new ModelRepository(new FolderLocation(model.getParent()));
    String name = model.getFileName().toString();
    if (!holdsModel(repository.location.children(name + "/" + version.getFileName()))) {
      throw new ModelLoadException(
          "There is no model in %s: looked for model.yaml or a single *.onnx".formatted(folder));
    }
    return repository.read(name, version.getFileName().toString());
  }

  /**
   * The model that a single file holds, outside any repository; its version is {@code 1}. What is
   * beside it under a name that tells its role, as {@code tokenizer.json}, belongs to it where it
   * is in a folder.
   *
   * @param name the name to serve it under
   * @param uri a path, a {@code file:} URI, or {@code classpath:} and a path
   * @throws ModelLoadException when there is no such file
   */
  public static ModelEntry single(String name, String uri) {
    ModelSource file = ModelLocation.single(uri);
    Map<String, ModelSource> files = new LinkedHashMap<>();
    files.put(ModelEntry.MODEL, file);
    file.folder()
        .map(FolderLocation::new)
        .ifPresent(
            beside ->
                WELL_KNOWN.forEach(
                    (path, role) ->
                        beside.file(path).ifPresent(source -> files.put(role, source))));
    return new ModelEntry(name, "1", ModelEntry.AUTO, files, Map.of());
  }

  /** Names of the models that are there, sorted. */
  public List<String> names() {
    return location.children("").stream()
        .filter(name -> isName(name) && !complete(name).isEmpty())
        .toList();
  }

  /** Versions of a model that are there, the highest last; empty when there is no such model. */
  public List<String> versions(String name) {
    return isName(name) ? complete(name) : List.of();
  }

  /**
   * The highest version of a model: the highest number, or its only version.
   *
   * @throws ModelLoadException when there is none; the message lists the models that are there
   */
  public String highest(String name) {
    List<String> versions = versionsOf(name);
    Optional<String> highest = highestOf(versions);
    if (highest.isEmpty() && versions.size() > 1) {
      throw new ModelLoadException(
          "Model %s has no numbered version; name one of %s".formatted(name, versions));
    }
    return highest.orElseGet(() -> versions.get(0));
  }

  /**
   * The highest version of a model.
   *
   * @throws ModelLoadException when it is not there; the message lists the models that are
   */
  public ModelEntry find(String name) {
    return read(name, highest(name));
  }

  /**
   * One version of a model.
   *
   * @throws ModelLoadException when it is not there; the message lists the versions that are
   */
  public ModelEntry find(String name, String version) {
    List<String> versions = versionsOf(name);
    if (!versions.contains(version)) {
      throw new ModelLoadException(
          "Model %s has no version '%s' in %s; there are %s"
              .formatted(name, version, location.describe(name), versions));
    }
    return read(name, version);
  }

  private List<String> versionsOf(String name) {
    if (!isName(name)) {
      throw new ModelLoadException(
          "'%s' is no model name: letters, digits, dots, underscores and hyphens make one"
              .formatted(name));
    }
    List<String> versions = complete(name);
    if (versions.isEmpty()) {
      throw new ModelLoadException(
          "There is no model '%s': looked for %s/<version>/model.yaml or a single *.onnx; models"
                  .formatted(name, location.describe(name))
              + " there: "
              + names());
    }
    return versions;
  }

  private List<String> complete(String name) {
    return location.children(name).stream()
        .filter(version -> isName(version) && holdsModel(location.children(name + "/" + version)))
        .sorted(ORDER)
        .toList();
  }

  /** The folder that this is, where it is one: what lies on the class path does not change. */
  Optional<Path> folder() {
    return location.folder();
  }

  /** The highest number among versions; empty when none of them is a number. */
  static Optional<String> highestOf(Collection<String> versions) {
    return versions.stream().filter(ModelRepository::isNumeric).max(ORDER);
  }

  private static boolean holdsModel(List<String> files) {
    return files.contains(ModelDescription.FILE_NAME)
        || files.stream().anyMatch(file -> file.endsWith(ONNX));
  }

  private ModelEntry read(String name, String version) {
    String folder = name + "/" + version;
    String described = folder + "/" + ModelDescription.FILE_NAME;
    Optional<ModelSource> description = location.file(described);
    if (description.isEmpty()) {
      return new ModelEntry(name, version, ModelEntry.AUTO, wellKnown(folder), Map.of());
    }
    ModelDescription content =
        ModelDescription.read(description.get(), location.describe(described));
    Map<String, ModelSource> files = new LinkedHashMap<>();
    if (content.files().isEmpty()) {
      files.putAll(wellKnown(folder));
    }
    content.files().forEach((role, path) -> files.put(role, resolve(folder, role, path)));
    String task = content.task() == null ? ModelEntry.AUTO : content.task();
    return new ModelEntry(name, version, task, files, content.settings());
  }

  /** The only model of a folder, and what is beside it under a name that tells its role. */
  private Map<String, ModelSource> wellKnown(String folder) {
    List<String> children = location.children(folder);
    List<String> models = children.stream().filter(file -> file.endsWith(ONNX)).toList();
    if (models.size() > 1) {
      throw new ModelLoadException(
          "%s has no model.yaml to say which of %s is the model"
              .formatted(location.describe(folder), models));
    }
    Map<String, String> roles = new LinkedHashMap<>();
    models.forEach(file -> roles.put(file, ModelEntry.MODEL));
    roles.putAll(WELL_KNOWN);
    Map<String, ModelSource> files = new LinkedHashMap<>();
    roles.forEach(
        (file, role) ->
            Optional.of(folder + "/" + file)
                .filter(path -> children.contains(file))
                .flatMap(location::file)
                .ifPresent(source -> files.put(role, source)));
    return files;
  }

  private ModelSource resolve(String folder, String role, String path) {
    if (path.startsWith(ClasspathLocation.SCHEME)) {
      return ModelLocation.single(path);
    }
    boolean escapes =
        path.startsWith("/")
            || path.contains("\\")
            || Arrays.asList(path.split("/")).contains("..");
    if (escapes) {
      throw new ModelLoadException(
          "%s/model.yaml: the file '%s' for the role '%s' leads out of its folder"
              .formatted(location.describe(folder), path, role));
    }
    return location.file(folder + "/" + path).orElseThrow(() -> missing(folder, role, path));
  }

  private ModelLoadException missing(String folder, String role, String path) {
    return new ModelLoadException(
        "%s/model.yaml: there is no file '%s' for the role '%s'"
            .formatted(location.describe(folder), path, role));
  }

  private static boolean isName(String name) {
    return NAME.matcher(name).matches() && !name.contains("..") && !name.equals(".");
  }

  private static boolean isNumeric(String version) {
    return NUMERIC.matcher(version).matches();
  }

  /** {@code 1.10} as (1, 10), which is more than (1, 9); nothing for a name. */
  private static int[] numbers(String version) {
    if (!isNumeric(version)) {
      return new int[0];
    }
    return Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
  }
}
