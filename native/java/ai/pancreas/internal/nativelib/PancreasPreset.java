package ai.pancreas.internal.nativelib;

import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;
import org.bytedeco.javacpp.tools.InfoMapper;

/** Tells JavaCPP how to make {@link Pancreas} from pancreas.h and which library it links. */
@Properties(
    value = @Platform(include = "pancreas.h", link = "pancreas"),
    target = "ai.pancreas.internal.nativelib",
    global = "ai.pancreas.internal.nativelib.Pancreas")
public class PancreasPreset implements InfoMapper {
  @Override
  public void map(InfoMap infoMap) {
    infoMap.put(new Info("PNC_API").cppTypes().annotations());
    // JavaCPP's own type for pointers to pointers is a raw one. Here they are buffers of addresses.
    infoMap.put(
        new Info("pnc_deep_supervision_head")
            .javaText(
                """
                public static native int pnc_deep_supervision_head(int levels, @Cast("const float*const*") LongBuffer maps,
                                          @Cast("const int64_t*") LongBuffer channels, @Cast("const int64_t*") LongBuffer factors,
                                          @Const FloatBuffer kernels, @Const FloatBuffer biases,
                                          @Const FloatBuffer head_kernel, @Const FloatBuffer head_bias,
                                          FloatBuffer probability, @Cast("const int64_t*") LongBuffer size,
                                          int threads);
                """));
    infoMap.put(
        new Info("pnc_largest_component")
            .javaText(
                """
                public static native int pnc_largest_component(@Cast("uint8_t*const*") LongBuffer slices, @Cast("const int64_t*") LongBuffer size,
                                          int threads);
                """));
  }
}
