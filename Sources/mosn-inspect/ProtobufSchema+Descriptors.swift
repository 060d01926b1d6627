import MosnProtobuf
import SwiftProtobuf

extension ProtobufSchema {
  /// Takes in a FileDescriptorSet, as `protoc -o FILE --include_imports` writes it.
  mutating func add(descriptors bytes: [UInt8]) throws {
    let set = try Google_Protobuf_FileDescriptorSet(serializedBytes: bytes)
    for file in set.file {
      let package = file.package.isEmpty ? "" : file.package + "."
      for type in file.enumType { add(type, in: package) }
      for type in file.messageType { add(type, in: package) }
      for service in file.service {
        for method in service.method {
          add(
            method: "/\(package)\(service.name)/\(method.name)", input: Self.name(method.inputType),
            output: Self.name(method.outputType))
        }
      }
    }
  }

  private mutating func add(_ type: Google_Protobuf_EnumDescriptorProto, in scope: String) {
    add(enumeration: scope + type.name, values: type.value.map { ($0.number, $0.name) })
  }

  private mutating func add(_ type: Google_Protobuf_DescriptorProto, in scope: String) {
    let name = scope + type.name
    for inner in type.enumType { add(inner, in: name + ".") }
    for inner in type.nestedType { add(inner, in: name + ".") }
    add(
      message: name,
      fields: type.field.map {
        Field(number: $0.number, name: $0.name, type: FieldType($0), isRepeated: $0.label == .repeated)
      })
  }

  /// Names of types stand behind a dot when they are whole.
  fileprivate static func name(_ type: String) -> String {
    type.hasPrefix(".") ? String(type.dropFirst()) : type
  }
}

extension ProtobufSchema.FieldType {
  fileprivate init(_ field: Google_Protobuf_FieldDescriptorProto) {
    let name = ProtobufSchema.name(field.typeName)
    self =
      switch field.type {
      case .double: .double
      case .float: .float
      case .int64: .int64
      case .uint64: .uint64
      case .int32: .int32
      case .fixed64: .fixed64
      case .fixed32: .fixed32
      case .bool: .bool
      case .string: .string
      case .bytes: .bytes
      case .uint32: .uint32
      case .sfixed32: .sfixed32
      case .sfixed64: .sfixed64
      case .sint32: .sint32
      case .sint64: .sint64
      case .group: .group(name)
      case .message: .message(name)
      case .enum: .enumeration(name)
      }
  }
}
