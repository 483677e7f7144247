package io.gpuinfer.tasks.video;

import io.gpuinfer.tasks.image.Picture;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Arrays;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;

/**
 * Makes pictures of decoded frames: in blue, green and red, with square pixels, no larger than
 * wanted, and turned as the clip is to be shown.
 */
final class PictureMaker implements Closeable {

  /** Pixels that are said to be further from square than this are not believed to be. */
  private static final double LONGEST_PIXEL = 4;

  /** These filters do not look at the time. */
  private static final AVRational ANY_UNIT = avutil.av_make_q(1, 1000);

  private static final int[] UPRIGHT = new int[9];

  private static final long MATRIX_BYTES = 4L * UPRIGHT.length;

  private final FrameSize wanted;
  private FilterGraph filters;
  private int[] matrix = UPRIGHT;
  private double pixelAspect;

  /**
   * @param wanted what pictures are to fit within; null for any size
   */
  PictureMaker(FrameSize wanted) {
    this.wanted = wanted;
  }

  /** The frame is left empty. */
  Picture picture(AVFrame frame) {
    int[] turned = matrix(frame);
    double aspect = pixelAspect(frame);
    if (filters == null
        || !filters.takes(frame)
        || aspect != pixelAspect
        || !Arrays.equals(turned, matrix)) {
      close();
      matrix = turned;
      pixelAspect = aspect;
      filters = new FilterGraph(frame, ANY_UNIT, description(frame));
    }
    filters.push(frame);
    AVFrame made = filters.pull();
    int bytes = made.linesize(0) * made.height();
    ByteBuffer rows = new BytePointer(made.data(0)).capacity(bytes).asByteBuffer();
    return Picture.ofBgr(made.width(), made.height(), rows, made.linesize(0));
  }

  @Override
  public void close() {
    if (filters != null) {
      filters.close();
      filters = null;
    }
  }

  private String description(AVFrame frame) {
    Rotation rotation = Rotation.of(matrix);
    FrameSize size = size(frame, rotation);
    String scale = "scale=%d:%d:flags=bilinear,format=bgr24".formatted(size.width(), size.height());
    return rotation.filters().isEmpty() ? scale : scale + "," + rotation.filters();
  }

  private FrameSize size(AVFrame frame, Rotation rotation) {
    // Only ever fewer pixels: their number is limited.
    FrameSize square =
        pixelAspect > 1
            ? new FrameSize(frame.width(), (int) Math.ceil(frame.height() / pixelAspect))
            : new FrameSize((int) Math.ceil(frame.width() * pixelAspect), frame.height());
    if (wanted == null) {
      return square;
    }
    return (rotation.isSideways() ? wanted.turned() : wanted).fit(square);
  }

  private static double pixelAspect(AVFrame frame) {
    AVRational aspect = frame.sample_aspect_ratio();
    double ratio = aspect.den() == 0 ? 0 : (double) aspect.num() / aspect.den();
    return ratio >= 1 / LONGEST_PIXEL && ratio <= LONGEST_PIXEL ? ratio : 1;
  }

  private static int[] matrix(AVFrame frame) {
    AVFrameSideData data = avutil.av_frame_get_side_data(frame, avutil.AV_FRAME_DATA_DISPLAYMATRIX);
    if (data == null || data.size() < MATRIX_BYTES) {
      return UPRIGHT;
    }
    IntBuffer numbers =
        new BytePointer(data.data())
            .capacity(MATRIX_BYTES)
            .asByteBuffer()
            .order(ByteOrder.nativeOrder())
            .asIntBuffer();
    int[] matrix = new int[UPRIGHT.length];
    numbers.get(matrix);
    return matrix;
  }
}
